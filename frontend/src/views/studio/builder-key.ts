// How the parts of the form builder reach what they work on.
import type { InjectionKey } from 'vue'

import type { Builder } from './use-builder'

export const BuilderKey: InjectionKey<Builder> = Symbol('builder')
