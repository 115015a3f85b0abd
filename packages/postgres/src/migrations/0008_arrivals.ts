/**
 * Where a message of another instance came in: a resume follows a traveller by it. Of what is in the
 * log hardly an Event in a hundred is of a message, so it costs next to nothing. Each volume has it.
 */
export const sql = `
CREATE INDEX event_log_arrival ON wr2.event_log (instance_id, command_id, seq)
  WHERE actor_type = 'instance';
`
