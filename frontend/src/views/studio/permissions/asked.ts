// A question about somebody's rights, as the pages hand it on.
export interface Asked {
  doctype: string
  action: string
  name?: string
  field?: string
  user?: string
}
