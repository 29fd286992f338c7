-- Grain: one row per figure of a document: amounts, counts, results of projects, and the blanks and
-- amounts in prose that an equation counts with; shards: documents. line_number, by which the terms of equations name it, is its place in the
-- file, which leaves it out.

with terms as (
    select distinct line_id from quality.balance_terms
),

in_forms as (
    select
        lines.line_id,
        left(lines.document_id, 16) as document_id,
        lines.form,
        lines.form_number,
        lines.label,
        lines.column_path,
        lines.phase,
        lines.fund,
        lines.spending_kind,
        case lines.measure when 'money' then lines.amount_yuan end as amount_yuan,
        lines.state,
        lines.printed_text,
        lines.printed_unit,
        lines.is_repaired,
        lines.page,
        lines.row_number,
        lines.column_number,
        lines.x0,
        lines.y0,
        lines.x1,
        lines.y1,
    from intermediate.int_lines_repaired as lines
    left join terms on lines.line_id = terms.line_id
    where
        lines.state in ('amount', 'damaged') or lines.is_repaired or terms.line_id is not null
),

of_projects as (
    select
        project_amount_id as line_id,
        document_id,
        form,
        form_number,
        concat_ws(' · ', project_name, label) as label,
        section as column_path,
        phase,
        amount_yuan,
        case when amount_yuan is null then 'damaged' else 'amount' end as state,
        printed_text,
        printed_unit,
        false as is_repaired,
        page,
        row_number,
        column_number,
        x0,
        y0,
        x1,
        y1,
    from marts.fct_project
),

results as (
    select
        ratings.project_rating_id as line_id,
        ratings.document_id,
        projects.form,
        projects.form_number,
        ratings.project_name as label,
        ratings.item as column_path,
        'result' as state,
        ratings.printed_text,
        false as is_repaired,
        ratings.page,
        ratings.row_number,
        ratings.column_number,
        ratings.x0,
        ratings.y0,
        ratings.x1,
        ratings.y1,
    from marts.fct_project_rating as ratings
    left join marts.rpt_projects as projects on ratings.project_id = projects.project_id
),

in_prose as (
    select
        amounts.narrative_amount_id as line_id,
        amounts.document_id,
        amounts.item as label,
        amounts.phase,
        amounts.amount_yuan,
        'amount' as state,
        amounts.amount_text as printed_text,
        amounts.printed_unit,
        false as is_repaired,
        amounts.page,
        amounts.row_number,
        amounts.sentence,
    from marts.fct_narrative_amount as amounts
    inner join terms on amounts.narrative_amount_id = terms.line_id
),

figures as (
    select * from in_forms
    union all by name
    select * from of_projects
    union all by name
    select * from results
    union all by name
    select * from in_prose
)

select
    figures.* exclude (amount_yuan, x0, y0, x1, y1, is_repaired),
    cast(100 * figures.amount_yuan as bigint) as amount_fen,
    figures.is_repaired or repairs.line_id is not null as is_repaired,
    cast(figures.x0 as float) as x0,
    cast(figures.y0 as float) as y0,
    cast(figures.x1 as float) as x1,
    cast(figures.y1 as float) as y1,
    cast(100 * repairs.printed_yuan as bigint) as printed_fen,
    repairs.evidence as repair_evidence,
    cast(repairs.cost as varchar) as repair_cost,
    queue.reason as review_reason,
    queue.candidates as review_candidates,
    cast(row_number() over (
        partition by figures.document_id
        order by figures.page, figures.row_number, figures.column_number, figures.line_id
    ) as integer) as line_number,
from figures
left join quality.repairs as repairs on figures.line_id = repairs.line_id
left join quality.review_queue as queue on figures.line_id = queue.line_id
order by figures.document_id, line_number
