-- What a list by batch reads, without a look at the rows (docs/decisions/0036).

CREATE INDEX conversations_batch ON conversations (id, created_at, conversation_id, user_id);

CREATE INDEX batch_items_first ON batch_items (conversation_id, created_at, id, batch_job_id);
DROP INDEX batch_items_conversation;
