interface Runner {
  query(sql: string): Promise<unknown>;
}

/** Lets a save statement that wrote fewer rows than asked undo itself, COMMIT being on its way already. */
export class MetAnother1735689600001 {
  async up(runner: Runner): Promise<void> {
    await runner.query(`CREATE FUNCTION holdfast.met_another() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        RAISE EXCEPTION 'another transaction wrote one of these records first' USING ERRCODE = '40001';
      END $$`);
  }

  async down(runner: Runner): Promise<void> {
    await runner.query('DROP FUNCTION holdfast.met_another()');
  }
}
