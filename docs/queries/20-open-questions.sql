-- 什么没有认出来，什么等人核定？
-- What was not recognised, what waits for a person?

select
    'label' as kind,
    document_id,
    page,
    text,
    kind as reason,
from quality.unmapped_labels
union all by name
select
    'table' as kind,
    document_id,
    page,
    first_text as text,
    reason,
from quality.unrecognised_tables
union all by name
select
    'reading' as kind,
    document_id,
    page,
    theirs as text,
    message as reason,
from quality.reading_findings
union all by name
select
    'amount' as kind,
    document_id,
    page,
    printed_text as text,
    reason,
from quality.review_queue
union all by name
select
    'sum' as kind,
    document_id,
    page,
    parts as text,
    'the parts come to ' || leaves_yuan || ', the total to ' || total_yuan as reason,
from quality.withheld_sums
order by all;
