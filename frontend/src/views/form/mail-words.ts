// Words of mails and calls: whoever sees them on a timeline need not be allowed to open Communications themselves.
import type { Medium } from '@/api/mail'
import { t } from '@/shared/i18n'

const MEDIUM: Record<Medium, () => string> = {
  Email: () => t('Email'),
  Phone: () => t('Phone call'),
  Meeting: () => t('Meeting'),
  Visit: () => t('Visit'),
  Chat: () => t('Chat'),
  Other: () => t('Other'),
}

const DELIVERY: Record<string, () => string> = {
  Scheduled: () => t('To be sent'),
  Sending: () => t('Sending'),
  Sent: () => t('Sent'),
  Error: () => t('Not sent'),
  Bounced: () => t('Bounced'),
  Expired: () => t('Given up'),
  Opened: () => t('Opened'),
  Read: () => t('Read by recipient'),
}

export const mediumName = (medium: string): string => MEDIUM[medium as Medium]?.() ?? medium
export const deliveryName = (status: string): string => DELIVERY[status]?.() ?? status
