/** After how many runs without a refusal a server is given one session more. */
const RECOVERY = 20;

/** How many sessions each server has room for: it begins with all that are allowed, and a server that refuses one gets fewer. */
export class ServerRooms {
  private readonly rooms = new Map<string, { room: number; since: number }>();

  constructor(private readonly most: number) {}

  on(server: string): number {
    return this.rooms.get(server)?.room ?? this.most;
  }

  /** Notes that the server has refused a session while this many others were open. */
  refused(server: string, open: number): void {
    this.rooms.set(server, { room: Math.max(1, Math.min(this.on(server) - 1, open)), since: 0 });
  }

  /** Notes that a tenant was run there. */
  served(server: string): void {
    const known = this.rooms.get(server);
    if (known === undefined) return;
    known.since += 1;
    if (known.since < RECOVERY) return;
    known.since = 0;
    known.room += 1;
    if (known.room >= this.most) this.rooms.delete(server);
  }
}
