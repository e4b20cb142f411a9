// Names of layers for people.
import { t } from '@/shared/i18n'

export function ownerText(layer: string): string {
  if (layer === 'core') return t('Standard')
  if (layer === 'site' || layer === '') return t('This site')
  return t('Pack {pack}', { pack: layer })
}
