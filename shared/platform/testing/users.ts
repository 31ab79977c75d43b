// Users who can sign in with a password, made behind Auth's back: for scenes of tests and benches.

import type { Sql } from "postgres";

/**
 * Adds a user as Auth keeps them, their e-mail confirmed.
 * @param sql as the owner of the database
 * @returns the user's id
 */
export async function addUser(sql: Sql, email: string, password: string): Promise<string> {
  const id = crypto.randomUUID();
  await sql`
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
      raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
      confirmation_token, recovery_token, email_change, email_change_token_new)
    values (
      '00000000-0000-0000-0000-000000000000', ${id}, 'authenticated', 'authenticated', ${email},
      extensions.crypt(${password}, extensions.gen_salt('bf', 4)), now(),
      '{"provider":"email","providers":["email"]}', '{}', now(), now(), '', '', '', '')`;
  await sql`
    insert into auth.identities
      (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
    values (gen_random_uuid(), 'email', ${id}, ${id},
      ${sql.json({ sub: id, email, email_verified: true })}, now(), now(), now())`;
  return id;
}
