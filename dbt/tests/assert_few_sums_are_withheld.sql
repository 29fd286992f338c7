-- Invariant: documents whose sums had to be withheld are exceptions. If three or more are, and more
-- than half of all, it is not they that are misread: the code is wrong, and what it has built is
-- not fit to be published.

with judged as (
    select
        universes.document_id,
        bool_or(withheld.universe_id is not null) as is_withheld,
    from {{ ref('int_universe_totals') }} as universes
    left join {{ ref('withheld_sums') }} as withheld
        on universes.universe_id = withheld.universe_id
    group by universes.document_id
)

select
    withheld.file_path,
    withheld.form_number,
    withheld.page,
    withheld.form,
    withheld.axis,
    withheld.leaves_yuan,
    withheld.total_yuan,
    withheld.difference_yuan,
    withheld.parts,
from {{ ref('withheld_sums') }} as withheld
where (
    select count(*) filter (where judged.is_withheld) > greatest(2, count(*) / 2)
    from judged
)
