-- Who is here is for people of the tenant.

-- migrate:up

SELECT isolate_child('editorial_presence', 'persona_id', 'personas');

-- migrate:down

SELECT release_child('editorial_presence', 'persona_id');
