/** `@holdfast/client/devtools`: a panel that shows what the engine holds and does. */
export { HoldfastDevtools } from './devtools/panel.tsx';
export type { HoldfastDevtoolsProps } from './devtools/panel.tsx';
