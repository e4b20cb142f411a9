import { beforeEach, describe, expect, it, vi } from 'vitest'

import { getBoot } from '@/api/session'
import type { Boot } from '@/api/session'
import { currentLanguage, languageRecord, setLanguage, t } from '@/shared/i18n'
import { remember } from '@/shared/storage'

import { createSession, loadSession } from './session'

vi.mock('@/api/session', async (original) => ({ ...(await original<typeof import('@/api/session')>()), getBoot: vi.fn() }))

const boot = (more: Partial<Boot>): Boot => ({
  guest: false, user: 'anna', full_name: 'Anna', desk_theme: 'Automatic', language: 'zh', site_name: 'S', time_zone: 'UTC', version: '1', doctypes: [], messages: {}, ...more,
})

describe('loadSession', () => {
  beforeEach(async () => {
    vi.resetAllMocks()
    localStorage.clear()
    await setLanguage('en')
  })

  it('speaks the language of the user, whatever was chosen in this browser', async () => {
    remember('language', 'en')
    vi.mocked(getBoot).mockResolvedValue(boot({}))
    await loadSession()
    expect([currentLanguage(), languageRecord(), t('Save')]).toEqual(['zh-CN', 'zh', '保存'])
    expect(getBoot).toHaveBeenCalledExactlyOnceWith(null)
  })

  it('speaks the chosen language before the sign-in', async () => {
    remember('language', 'zh-CN')
    vi.mocked(getBoot).mockResolvedValue(boot({ guest: true, language: 'en' }))
    await loadSession()
    expect(getBoot).toHaveBeenLastCalledWith('zh-CN')
    expect(currentLanguage()).toBe('zh-CN')
  })
})

describe('createSession', () => {
  const entry = { name: 'Sales Order', label: '订单', module: 'CRM', administers: 0, issingle: 0, is_tree: 0, is_submittable: 1, can_create: 1, has_titles: 0 } as const
  const session = createSession(boot({ doctypes: [entry], messages: { Open: '进行中', Currency: '币种', 'Currency:DocField': '货币' } }))

  it('finds a DocType by name and by address', () => {
    expect(session.find('Sales Order')).toBe(session.findBySlug('sales-order'))
    expect(session.findBySlug('Sales Order')).toBe(session.find('Sales Order'))
    expect(session.findBySlug('nothing')).toBeUndefined()
  })

  it('calls a link to a DocType as the DocType is called', () => {
    expect([session.title('DocType', 'Sales Order'), session.title('DocType', 'Gone')]).toEqual(['订单', 'Gone'])
  })

  it('translates texts of definitions, or leaves them', () => {
    expect([session.label('Open'), session.label('Closed')]).toEqual(['进行中', 'Closed'])
  })

  it('translates a word with two meanings by its context', () => {
    expect([session.label('Currency'), session.label('Currency', 'DocField'), session.label('Open', 'DocField')]).toEqual(['币种', '货币', '进行中'])
  })
})
