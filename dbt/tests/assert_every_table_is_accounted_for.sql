-- Invariant: every table that a reader found is part of a form, a known table, or listed as
-- unrecognised, and exactly one of these.
-- If this fails silently, a table is dropped with all its amounts, or read twice.

with read as (
    select
        document_id,
        block,
    from {{ ref('stg_table_cells') }}
    where kind = 'grid'
),

judged as (
    select
        document_id,
        block,
        count(*) as verdicts,
    from {{ ref('table_coverage') }}
    group by document_id, block
)

select
    coalesce(read.document_id, judged.document_id) as document_id,
    coalesce(read.block, judged.block) as block,
    coalesce(judged.verdicts, 0) as verdicts,
from read
full outer join judged on read.document_id = judged.document_id and read.block = judged.block
where read.document_id is null or judged.verdicts is distinct from 1
