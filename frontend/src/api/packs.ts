// What the site says about its packs.
import { read } from './client'

export interface PackState {
  safe_mode: boolean
  /** Packs that are enabled and not at work; the reason is told to administrators. */
  missing: { pack: string; reason: string }[]
}

export function getPackState(): Promise<PackState> {
  return read<PackState>('crm.pack.state')
}
