// How the parts of the workflow builder reach what they work on.
import type { InjectionKey } from 'vue'

import type { FlowWork } from './use-flow'

export const FlowKey: InjectionKey<FlowWork> = Symbol('flow')
