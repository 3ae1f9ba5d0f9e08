import { ServerRooms } from './server-rooms.js';

describe('the room on servers', () => {
  it('is less after a refusal, never none, and comes back with tenants that are run', () => {
    const rooms = new ServerRooms(4);
    rooms.refused('a', 4);
    expect([rooms.on('a'), rooms.on('b')]).toEqual([3, 4]);
    rooms.refused('a', 0);
    expect(rooms.on('a')).toBe(1);
    for (let count = 0; count < 20; count += 1) rooms.served('a');
    expect(rooms.on('a')).toBe(2);
    for (let count = 0; count < 100; count += 1) rooms.served('a');
    expect(rooms.on('a')).toBe(4);
  });
});
