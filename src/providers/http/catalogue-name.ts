// The name of a model at its maker, where the service's own ID of it is what was configured.

/** `us.anthropic.NAME-v1:0` of the maker `anthropic` is NAME; what is no such ID stays as it is. */
export function catalogueName(id: string, maker: string): string {
  const pattern = new RegExp(`^(?:[a-z-]+\\.)?${maker}\\.(.+?)(?:-v\\d+(?::\\d+)?)?$`);
  return pattern.exec(id)?.[1] ?? id;
}
