-- Each metric twice: what the reports print, and what a plain query, written from its definition alone, makes of the facts.
-- Read by test_metrics.py. The queries share nothing with the models: no macro, and no other mart than the facts that the definition names.

-- M2 printed
SELECT
  period,
  within_20,
  within_60,
  with_known_clock
FROM reporting.rpt_licensing_statistics__processing_times
WHERE
  is_total AND partner = 'trade_ministry';

-- M2 facts
SELECT
  YEAR(first_outcome_on) || '-Q' || QUARTER(first_outcome_on),
  COUNT(*) FILTER(WHERE
    working_days_to_first_outcome <= 20),
  COUNT(*) FILTER(WHERE
    working_days_to_first_outcome <= 60),
  COUNT(working_days_to_first_outcome)
FROM fct_applications
WHERE
  partner = 'trade_ministry'
  AND NOT first_outcome_on IS NULL
  AND superseded_by_ref IS NULL
GROUP BY
  1;

-- M3 printed
SELECT
  period,
  partner,
  refusal_share
FROM reporting.rpt_metrics__refusal_rate_variants
WHERE
  variant = 'of_grants_and_refusals' AND period_kind = 'quarter';

-- M3 facts
SELECT
  YEAR(decided_on) || '-Q' || QUARTER(decided_on),
  partner,
  CAST(ROUND(COUNT(*) FILTER(WHERE
    outcome = 'refused') / NULLIF(COUNT(*), 0), 3) AS DECIMAL(9, 3))
FROM fct_decisions
WHERE
  NOT decided_on IS NULL
  AND counts_as = 'first_outcome'
  AND outcome IN ('granted', 'refused')
GROUP BY
  1,
  2;

-- M4 printed
SELECT
  partner,
  criterion_code,
  refusals,
  CAST(ROUND(refusals_divided, 2) AS DECIMAL(9, 2))
FROM reporting.rpt_metrics__refusals_by_criterion
WHERE
  period = '2025' AND NOT is_total;

-- M4 facts
WITH cited AS (
  SELECT DISTINCT
    partner,
    decision_ref,
    criterion
  FROM fct_refusal_criteria
), weighed AS (
  SELECT
    *,
    1 / COUNT(*) OVER (PARTITION BY partner, decision_ref) AS part
  FROM cited
)
SELECT
  d.partner,
  COALESCE(criterion, 'none'),
  COUNT(*),
  CAST(ROUND(SUM(COALESCE(part, 1)), 2) AS DECIMAL(9, 2))
FROM fct_decisions AS d
LEFT JOIN weighed AS w
  USING (partner, decision_ref)
WHERE
  NOT decided_on IS NULL
  AND counts_as = 'first_outcome'
  AND outcome = 'refused'
  AND YEAR(decided_on) = 2025
  AND partner IN (
    SELECT
      partner
    FROM cited
  )
GROUP BY
  1,
  2;

-- M5 printed
SELECT
  period,
  partner,
  value_eur
FROM reporting.rpt_licensing_statistics__values
WHERE
  is_total;

-- M5 facts
SELECT
  YEAR(decided_on) || '-Q' || QUARTER(decided_on),
  partner,
  COALESCE(SUM(value_eur), 0)
FROM fct_licence_lines
WHERE
  outcome = 'granted' AND NOT decided_on IS NULL
GROUP BY
  1,
  2;

-- M6 printed
SELECT
  unit_code,
  lines,
  authorised_quantity,
  used_quantity
FROM reporting.rpt_metrics__utilisation_by_unit
WHERE
  period = '2025';

-- M6 facts
WITH uses AS (
  SELECT
    u.licence_ref,
    u.line_no,
    SUM(u.quantity) AS used
  FROM fct_licence_usages AS u
  GROUP BY ALL
), gone AS (
  SELECT
    licence_ref,
    MIN(decided_on) AS gone_on
  FROM fct_decisions
  WHERE
    outcome = 'revoked'
  GROUP BY
    1
)
SELECT
  unit_code,
  COUNT(*),
  SUM(quantity),
  CAST(COALESCE(SUM(used), 0) AS DECIMAL(18, 3))
FROM fct_licence_lines AS l
LEFT JOIN uses
  USING (licence_ref, line_no)
LEFT JOIN gone
  USING (licence_ref)
WHERE
  outcome = 'granted'
  AND NOT quantity IS NULL
  AND LEAST(expires_on, gone_on) BETWEEN '2025-01-01' AND '2025-12-31'
  AND LEAST(expires_on, gone_on) < (
    SELECT
      MAX(declared_on)
    FROM fct_declarations
    WHERE
      direction = 'export'
  )
GROUP BY
  1;

-- M7 printed
SELECT
  period,
  seizures,
  linked
FROM reporting.rpt_metrics__seizure_linkage
WHERE
  is_total AND period_kind = 'quarter';

-- M7 facts
WITH licences AS (
  SELECT
    licence_ref,
    decided_on
  FROM fct_decisions
  WHERE
    outcome = 'granted'
), named AS (
  SELECT
    s.record_ref,
    s.seized_on,
    UNNEST([s.licence_ref, d.document_ref]) AS licence_ref
  FROM fct_seizures AS s
  LEFT JOIN fct_declarations AS d
    USING (partner, declaration_ref)
), linked AS (
  SELECT DISTINCT
    record_ref
  FROM named
  JOIN licences
    USING (licence_ref)
  WHERE
    decided_on <= seized_on
)
SELECT
  YEAR(seized_on) || '-Q' || QUARTER(seized_on),
  COUNT(*),
  COUNT(l.record_ref)
FROM fct_seizures AS s
LEFT JOIN linked AS l
  USING (record_ref)
WHERE
  NOT rating IS NULL
GROUP BY
  1;

-- M8 printed
SELECT
  period,
  reports,
  acted_upon
FROM reporting.rpt_metrics__intelligence_to_action
WHERE
  is_total AND period_kind = 'quarter';

-- M8 facts
WITH acts AS (
  SELECT
    m.party_id,
    inspected_on AS acted_on
  FROM fct_inspections AS i
  JOIN fct_declarations AS d
    USING (partner, declaration_ref, item_no)
  JOIN bridge_party_mentions AS m
    ON (m.partner, m.feed, m.record_ref) = (d.partner, d.feed, d.record_ref)
  UNION ALL
  SELECT
    party_id,
    seized_on
  FROM fct_seizures
  JOIN bridge_party_mentions
    USING (partner, feed, record_ref)
  UNION ALL
  SELECT
    party_id,
    opened_on
  FROM fct_enforcement_cases
  JOIN bridge_party_mentions
    USING (partner, feed, record_ref)
  UNION ALL
  SELECT
    party_id,
    issued_on
  FROM fct_denials
  JOIN bridge_party_mentions
    USING (partner, feed, record_ref)
  UNION ALL
  SELECT
    party_id,
    decided_on
  FROM fct_decisions AS d
  JOIN bridge_party_mentions AS m
    ON d.partner = m.partner
    AND d.outcome IN ('refused', 'revoked')
    AND (
      m.record_ref LIKE d.application_ref || '/%'
    )
), known AS (
  SELECT
    MAX(x) AS x
  FROM (
    SELECT
      MAX(decided_on) AS x
    FROM fct_decisions
    UNION ALL
    SELECT
      MAX(inspected_on)
    FROM fct_inspections
    UNION ALL
    SELECT
      MAX(seized_on)
    FROM fct_seizures
    UNION ALL
    SELECT
      MAX(opened_on)
    FROM fct_enforcement_cases
  )
)
SELECT
  YEAR(received_on) || '-Q' || QUARTER(received_on),
  COUNT(*),
  COUNT(*) FILTER(WHERE
    EXISTS(
      SELECT
        1
      FROM bridge_party_mentions AS m
      JOIN acts
        USING (party_id)
      WHERE
        (m.partner, m.feed, m.record_ref) = (r.partner, r.feed, r.record_ref)
        AND acted_on >= received_on
    ))
FROM fct_intelligence_reports AS r, known
WHERE
  review_on + 90 <= x
GROUP BY
  1;

-- M9 printed
SELECT
  period,
  licences,
  checked
FROM reporting.rpt_metrics__psv_coverage
WHERE
  is_total AND period_kind = 'quarter';

-- M9 facts
WITH shipped AS (
  SELECT
    licence_ref,
    MIN(used_on) AS first_on
  FROM fct_licence_usages
  GROUP BY
    1
), checks AS (
  SELECT
    licence_ref,
    MAX(outcome IN ('favourable', 'unfavourable', 'inconclusive')) AS done
  FROM fct_end_use_checks
  WHERE
    check_type IN ('post_shipment', 'delivery_verification')
  GROUP BY
    1
)
SELECT
  YEAR((
    first_on + 365
  )) || '-Q' || QUARTER((
    first_on + 365
  )),
  COUNT(*),
  COUNT(*) FILTER(WHERE
    done)
FROM shipped
JOIN checks
  USING (licence_ref)
WHERE
  first_on + 365 <= (
    SELECT
      MAX(used_on)
    FROM fct_licence_usages
  )
GROUP BY
  1;

-- The small sample may have no appeal; the life-cycles of tests/scenarios do.
-- M11 printed
SELECT
  COALESCE(SUM(lodged), 0),
  COALESCE(SUM(decided), 0),
  COALESCE(SUM(upheld), 0)
FROM reporting.rpt_metrics__appeals
WHERE
  is_total AND period_kind = 'year';

-- M11 facts
SELECT
  COUNT(*),
  COUNT(*) FILTER(WHERE
    NOT decided_at IS NULL OR NOT decision_ref IS NULL),
  COUNT(*) FILTER(WHERE
    is_upheld)
FROM fct_appeals;

-- M12 printed
SELECT
  open_at_end,
  oldest_days
FROM reporting.rpt_metrics__backlog
WHERE
  is_total AND period = '2025-Q2';

-- M12 facts
SELECT
  COUNT(*),
  MAX(CAST('2025-06-30' AS DATE) - submitted_on)
FROM fct_applications
WHERE
  NOT submitted_at IS NULL
  AND submitted_on <= '2025-06-30'
  AND (
    first_outcome_on IS NULL OR first_outcome_on > '2025-06-30'
  )
  AND superseded_by_ref IS NULL;

-- M13 printed
SELECT
  period,
  irregular,
  inspections
FROM reporting.rpt_enforcement__inspections_by_trigger
WHERE
  is_total AND inspections > 0;

-- M13 facts
SELECT
  YEAR(inspected_on) || CASE WHEN MONTH(inspected_on) > 6 THEN '-H2' ELSE '-H1' END,
  COUNT(*) FILTER(WHERE
    result <> 'compliant'),
  COUNT(*)
FROM fct_inspections
GROUP BY
  1;

-- M14 printed
SELECT
  period,
  with_ratio,
  median_ratio
FROM reporting.rpt_metrics__penalty_ratio
WHERE
  is_total AND period_kind = 'year';

-- M14 facts
WITH ratios AS (
  SELECT
    CAST(YEAR(p.imposed_on) AS TEXT) AS period,
    CASE
      WHEN c.goods_value_eur > 0
      THEN ROUND(CAST(p.amount_eur AS DOUBLE) / CAST(c.goods_value_eur AS DOUBLE), 3)
      ELSE NULL
    END AS ratio
  FROM fct_penalties AS p
  LEFT JOIN fct_enforcement_cases AS c
    USING (partner, case_ref)
  WHERE
    NOT p.amount_eur IS NULL AND p.is_monetary
)
SELECT
  period,
  COUNT(ratio),
  CAST(QUANTILE_DISC(ratio, 0.5) AS DECIMAL(12, 3))
FROM ratios
GROUP BY
  1;

-- M15 printed
SELECT
  period,
  cases_opened,
  share_of_cases
FROM reporting.rpt_metrics__case_origins
WHERE
  origin_code = 'voluntary_disclosure' AND period_kind = 'year';

-- M15 facts
SELECT
  CAST(YEAR(opened_on) AS TEXT),
  COUNT(*) FILTER(WHERE
    origin = 'voluntary_disclosure') AS own,
  CAST(ROUND(own / COUNT(*), 3) AS DECIMAL(9, 3))
FROM fct_enforcement_cases
GROUP BY
  1
HAVING
  own > 0;

-- M16 printed
SELECT
  COALESCE(SUM(candidates), 0)
FROM reporting.rpt_metrics__undercut_candidates
WHERE
  is_total AND period_kind = 'year';

-- M16 facts
SELECT
  COUNT(*)
FROM fct_cases
WHERE
  rule = 'undercut' AND status <> 'no_further_action';

-- M17 printed
SELECT
  period,
  partner,
  lines,
  exact_lines,
  unmapped_lines
FROM reporting.rpt_metrics__mapping_coverage
WHERE
  field_code = 'rating' AND period_kind = 'quarter';

-- M17 facts
SELECT
  YEAR(decided_on) || '-Q' || QUARTER(decided_on),
  partner,
  COUNT(rating_code),
  COUNT(*) FILTER(WHERE
    NOT rating_code IS NULL AND rating_match = 'exact'),
  COUNT(*) FILTER(WHERE
    NOT rating_code IS NULL AND rating_match = 'unmapped')
FROM fct_licence_lines
WHERE
  NOT decided_on IS NULL
GROUP BY
  1,
  2;

-- M20 printed
SELECT
  rating,
  exporters,
  concentration
FROM reporting.rpt_metrics__concentration
WHERE
  period = '2025' AND partner = 'trade_ministry';

-- M20 facts
WITH given AS (
  SELECT
    rating,
    contributor,
    CAST(SUM(value_eur) AS DOUBLE) AS v
  FROM reporting.rpt_licensing_statistics__contributions
  WHERE
    partner = 'trade_ministry' AND period LIKE '2025-%' AND value_eur > 0
  GROUP BY
    1,
    2
), shares AS (
  SELECT
    rating,
    100 * v / SUM(v) OVER (PARTITION BY rating) AS share
  FROM given
)
SELECT
  rating,
  COUNT(*),
  CAST(ROUND(ROUND(SUM(share * share), 6)) AS INT)
FROM shares
GROUP BY
  1;
