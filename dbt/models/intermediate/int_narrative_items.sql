-- Grain: one row per amount in prose whose item is understood word by word. Key:
-- narrative_amount_id.
-- An item such as 一般公共预算基本支出预算 is a fund, a kind of expenditure and words that add
-- nothing. The catalogue (narrative_words) says what each word means; the longest goes first. An
-- item of which anything is left over is not understood, and nothing is claimed of it.

with recursive items as (
    select distinct
        documents.department_name,
        amounts.item,
        -- 20xx年, blanks and the speaker's own name say nothing of what the money is.
        regexp_replace(
            replace(
                regexp_replace(amounts.item, '\s|20[0-9]{2}年度?|[、,，:：]', '', 'g'),
                coalesce(documents.department_name_normalised, '-'), ''
            ),
            -- 某局下属1家机关和2家事业单位财政拨款的…
            '^.{0,30}?[下所]属[0-9]+家.{0,24}?单位'
            || '|^.{0,24}?(办公厅|办公室|委员会|办事处|人民政府|[局厅院])', ''
        ) as text,
        regexp_replace(amounts.item, '\s|20[0-9]{2}年度?|[、,，:：]', '', 'g') as whole_text,
    from {{ ref('stg_narrative_amounts') }} as amounts
    inner join {{ ref('int_documents') }} as documents
        on amounts.document_id = documents.document_id
),

words as (
    select
        *,
        row_number() over (order by length(word) desc, word asc) as word_number,
    from {{ ref('narrative_words') }}
),

-- Each known word becomes its number in brackets, the longest words first.
marked as (
    select
        department_name,
        item,
        text as marked_text,
        whole_text as marked_whole_text,
        0 as word_number,
    from items
    union all
    select
        marked.department_name,
        marked.item,
        replace(marked.marked_text, words.word, '⟦' || words.word_number || '⟧') as marked_text,
        replace(marked.marked_whole_text, words.word, '⟦' || words.word_number || '⟧')
            as marked_whole_text,
        words.word_number,
    from marked
    inner join words on marked.word_number + 1 = words.word_number
),

understood as (
    select
        department_name,
        item,
        case
            when regexp_full_match(marked_whole_text, '(⟦[0-9]+⟧)+') then marked_whole_text
            when regexp_full_match(marked_text, '(⟦[0-9]+⟧)+') then marked_text
        end as marked_text,
    from marked
    where word_number = (select count(*) from words)
),

words_of_items as (
    select
        department_name,
        item,
        unnest(regexp_extract_all(marked_text, '⟦([0-9]+)⟧', 1)) as word_number,
    from understood
    where marked_text is not null
),

facets as (
    select
        words_of_items.department_name,
        words_of_items.item,
        words.facet,
        words.value,
    from words_of_items
    inner join words on cast(words_of_items.word_number as integer) = words.word_number
),

-- A fund named beside the appropriation it belongs to is the narrower of the two.
meanings as (
    select
        department_name,
        item,
        coalesce(
            min(value) filter (where facet = 'fund' and value <> 'fiscal_appropriation'),
            min(value) filter (where facet = 'fund')
        ) as fund,
        case
            when count(distinct value) filter (where facet = 'flow') > 1 then 'both'
            else any_value(value) filter (where facet = 'flow')
        end as flow,
        min(value) filter (where facet = 'spending_kind') as spending_kind,
        min(value) filter (where facet = 'item') as named_item,
        count(distinct value) filter (where facet = 'item') as named_items,
        count(distinct value) filter (where facet = 'spending_kind') as spending_kinds,
        count(distinct value) filter (where facet = 'fund' and value <> 'fiscal_appropriation')
            as funds,
    from facets
    where facet <> 'filler'
    group by department_name, item
)

select
    amounts.*,
    documents.department_id,
    documents.reporting_scope,
    documents.fiscal_year as document_year,
    documents.document_kind,
    meanings.fund,
    meanings.flow,
    meanings.spending_kind,
    meanings.named_item,
from {{ ref('stg_narrative_amounts') }} as amounts
inner join {{ ref('int_documents') }} as documents on amounts.document_id = documents.document_id
inner join meanings
    on
        amounts.item = meanings.item
        and documents.department_name is not distinct from meanings.department_name
where meanings.named_items <= 1 and meanings.spending_kinds <= 1 and meanings.funds <= 1
