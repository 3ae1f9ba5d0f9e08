import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity()
export class Note {
  @Column({ type: 'varchar' })
  @Index('IDX_note_text')
  text!: string;

  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int', default: 0 })
  changes!: number;
}
