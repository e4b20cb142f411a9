import { describe, expect, it } from 'vitest'

import { useHistory } from './use-history'

describe('useHistory', () => {
  it('goes back and forth; typing on is one step', () => {
    const history = useHistory('')
    history.change('a', 'label')
    history.change('ab', 'label')
    history.change('ab!', 'help')
    history.undo()
    expect(history.state.value).toBe('ab')
    history.undo()
    expect([history.state.value, history.canUndo.value]).toEqual(['', false])
    history.redo()
    history.redo()
    history.redo()
    expect([history.state.value, history.canRedo.value]).toEqual(['ab!', false])
  })

  it('forgets what was undone once something else is done', () => {
    const history = useHistory(0)
    history.change(1)
    history.undo()
    history.change(2)
    expect(history.canRedo.value).toBe(false)
  })
})
