export class Repository {
  constructor(protected readonly table: string) {}

  protected pathOf(id: string): string {
    return `/${this.table}/${id}`;
  }

  protected count(): number {
    return this.table.length;
  }
}
