select
    equation_id,
    'row_total' as identity,
    '合计 = Σ' as description,
    equation_id as document_id,
    'final_account_revenue_and_expenditure' as form,
    cast(0 as decimal(18, 2)) as left_yuan,
    cast(sum(amount_yuan) as decimal(18, 2)) as right_yuan,
    cast(-sum(amount_yuan) as decimal(18, 2)) as difference_yuan,
    cast(0 as decimal(18, 2)) as tolerance_yuan,
    if(sum(amount_yuan) = 0, 'holds', 'violated') as verdict,
from {{ ref('balance_terms') }}
group by equation_id
