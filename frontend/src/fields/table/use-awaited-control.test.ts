import { beforeEach, describe, expect, it } from 'vitest'
import { effectScope } from 'vue'

import { useAwaitedControl } from './use-awaited-control'
import type { AwaitedControl } from './use-awaited-control'

let awaited: AwaitedControl
let cell: HTMLElement
let heard: string[]

const later = (): Promise<void> => new Promise((done) => setTimeout(done))

function appear(value: string): HTMLInputElement {
  const control = document.createElement('input')
  control.value = value
  control.addEventListener('input', () => heard.push(control.value))
  cell.append(control)
  return control
}

beforeEach(() => {
  awaited = effectScope().run(useAwaitedControl)!
  document.body.innerHTML = '<table><tr><td tabindex="0"></td></tr></table>'
  cell = document.querySelector('td')!
  heard = []
})

describe('the control of a cell', () => {
  it('that is there gets the focus, and keeps no letters', () => {
    const control = appear('轴承')
    awaited.focus(cell)
    expect(document.activeElement).toBe(control)
    expect(awaited.keep('x')).toBe(false)
  })

  it('that comes later gets the focus and what was typed meanwhile, in place of its value', async () => {
    awaited.focus(cell, '换')
    expect(document.activeElement).toBe(cell)
    expect([awaited.keep('油'), awaited.keep(' ')]).toEqual([true, true])
    const control = appear('轴承')
    await later()
    expect(document.activeElement).toBe(control)
    expect([control.value, heard]).toEqual(['换油 ', ['换油 ']])
  })

  it('that comes later keeps its value where nothing was typed', async () => {
    awaited.focus(cell)
    const control = appear('轴承')
    await later()
    expect(document.activeElement).toBe(control)
    expect([control.value, heard]).toEqual(['轴承', []])
  })

  it('that nobody waits for any more gets nothing', async () => {
    awaited.focus(cell, '换')
    awaited.stop()
    const control = appear('轴承')
    await later()
    expect(control.value).toBe('轴承')
    expect(document.activeElement).toBe(cell)
  })
})
