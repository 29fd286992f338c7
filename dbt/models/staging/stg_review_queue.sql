-- Grain: one row per cell that balance suspects and that no unique repair mends.

select
    line_id,
    printed_text,
    reason,
    candidates,
    evidence,
from {{ source('extracted', 'review_queue') }}
