// Names of actions as a permission row has them.
import { t } from '@/shared/i18n'

const TEXTS: Record<string, () => string> = {
  select: () => t('Select'),
  read: () => t('Read'),
  write: () => t('Edit'),
  create: () => t('Create'),
  delete: () => t('Delete'),
  submit: () => t('Submit'),
  cancel: () => t('Cancel document'),
  amend: () => t('Amend'),
  print: () => t('Print'),
  email: () => t('Email'),
  report: () => t('Report'),
  import: () => t('Import'),
  export: () => t('Export'),
  share: () => t('Share'),
  mask: () => t('See masked values'),
}

/** An action that only a newer server knows stands under its own name. */
export const actionText = (action: string): string => TEXTS[action]?.() ?? action
