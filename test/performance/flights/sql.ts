/**
 * Twenty questions to the flights, as SQL written by hand: what our answers and their times are compared to.
 */

/** The questions by name. All rows have an order. */
export const questions = {
  "states with the latest departures": `
    SELECT state, count(*) AS flights, avg(delay) AS delay
    FROM flights JOIN airports ON iata = origin
    WHERE state IS NOT NULL
    GROUP BY state ORDER BY delay DESC LIMIT 5`,

  "late flights, counted with filters": `
    SELECT origin, count(*) AS flights, count(*) FILTER (WHERE delay > 15) AS late,
      avg(delay) FILTER (WHERE delay > 15) AS lateness
    FROM flights GROUP BY origin HAVING count(*) > 10000 ORDER BY origin`,

  "quantiles of delay": `
    SELECT origin, median(delay) AS median, quantile_cont(delay, 0.9) AS ninth, quantile_cont(delay, 0.99) AS last
    FROM flights GROUP BY origin HAVING count(*) > 20000 ORDER BY origin`,

  "three destinations of each origin": `
    SELECT origin, destination, count(*) AS flights,
      row_number() OVER (PARTITION BY origin ORDER BY count(*) DESC, destination) AS place
    FROM flights GROUP BY origin, destination
    QUALIFY place <= 3 ORDER BY origin, place`,

  "running total": `
    SELECT day, count(*) AS flights, sum(count(*)) OVER (ORDER BY day) AS total
    FROM flights GROUP BY day ORDER BY day`,

  "moving average of seven days": `
    SELECT day, avg(delay) AS delay, avg(avg(delay)) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week
    FROM flights GROUP BY day ORDER BY day`,

  "percent of total": `
    SELECT origin, count(*) AS flights, 100 * count(*) / sum(count(*)) OVER () AS percent
    FROM flights GROUP BY origin ORDER BY flights DESC, origin LIMIT 20`,

  "percent within the state": `
    SELECT state, origin, count(*) AS flights, 100 * count(*) / sum(count(*)) OVER (PARTITION BY state) AS percent
    FROM flights JOIN airports ON iata = origin GROUP BY state, origin ORDER BY state, origin`,

  "each month and the one before": `
    WITH months AS (
      SELECT origin, extract(month FROM day) AS month, count(*) AS flights, avg(delay) AS delay
      FROM flights GROUP BY origin, month
    )
    SELECT origin, month, flights, delay - lag(delay) OVER (PARTITION BY origin ORDER BY month) AS change
    FROM months ORDER BY origin, month`,

  "each day and the same a week ago": `
    SELECT day, count(*) AS flights, count(*) - lag(count(*), 7) OVER (ORDER BY day) AS change
    FROM flights GROUP BY day ORDER BY day`,

  "grouping sets": `
    SELECT origin, extract(month FROM day) AS month, count(*) AS flights, avg(delay) AS delay
    FROM flights GROUP BY GROUPING SETS ((origin, month), (origin), (month), ())
    ORDER BY origin, month`,

  "months as columns": `
    SELECT origin,
      count(*) FILTER (WHERE extract(month FROM day) = 1) AS january,
      count(*) FILTER (WHERE extract(month FROM day) = 2) AS february,
      count(*) FILTER (WHERE extract(month FROM day) = 3) AS march,
      count(*) FILTER (WHERE extract(month FROM day) = 4) AS april,
      count(*) FILTER (WHERE extract(month FROM day) = 5) AS may,
      count(*) FILTER (WHERE extract(month FROM day) = 6) AS june
    FROM flights GROUP BY origin ORDER BY origin`,

  "longest gaps between departures": `
    SELECT origin, departure, epoch(departure - lag(departure) OVER (PARTITION BY origin ORDER BY departure, id)) AS seconds
    FROM flights WHERE origin IN ('ATL', 'ORD', 'DFW', 'LAX')
    ORDER BY seconds DESC NULLS LAST, origin, departure LIMIT 20`,

  "sessions of departures": `
    WITH gaps AS (
      SELECT departure, delay, CASE
          WHEN epoch(departure - lag(departure) OVER (ORDER BY departure, id)) <= 600 THEN 0 ELSE 1
        END AS starts
      FROM flights WHERE origin = 'SFO'
    ), sessions AS (
      SELECT departure, delay, sum(starts) OVER (ORDER BY departure) AS session FROM gaps
    )
    SELECT session, min(departure) AS first, count(*) AS flights, avg(delay) AS delay
    FROM sessions GROUP BY session ORDER BY flights DESC, session LIMIT 100`,

  "next departure after each (ASOF)": `
    SELECT flight.id AS id, flight.departure AS departure, next.id AS next, next.departure AS later
    FROM (SELECT * FROM flights WHERE day = '2001-03-01' AND destination = 'ATL') AS flight
    ASOF JOIN (SELECT * FROM flights WHERE day = '2001-03-01' AND origin = 'ATL') AS next
      ON next.origin = flight.destination AND next.departure >= flight.departure
    ORDER BY flight.id`,

  "cohorts of routes": `
    WITH flown AS (
      SELECT DISTINCT origin, destination, extract(month FROM day) AS month FROM flights WHERE day < '2001-07-01'
    ), routes AS (
      SELECT month, min(month) OVER (PARTITION BY origin, destination) AS first FROM flown
    )
    SELECT first, month, count(*) AS routes FROM routes GROUP BY first, month ORDER BY first, month`,

  "histogram of delays": `
    SELECT CASE
        WHEN delay < 0 THEN 'early' WHEN delay <= 15 THEN 'on time' WHEN delay <= 60 THEN 'late' ELSE 'very late'
      END AS class, count(*) AS flights, min(delay) AS least, max(delay) AS most
    FROM flights GROUP BY class ORDER BY class`,

  "ranks of airports": `
    SELECT origin, avg(delay) AS delay, dense_rank() OVER (ORDER BY avg(delay) DESC) AS rank,
      ntile(4) OVER (ORDER BY avg(delay) DESC, origin) AS quarter
    FROM flights GROUP BY origin HAVING count(*) > 1000 ORDER BY rank, origin`,

  "reachable within three flights (recursive)": `
    WITH RECURSIVE routes AS (
      SELECT DISTINCT origin, destination FROM flights WHERE day = '2001-03-01'
    ), reached AS (
      SELECT 'SBA' AS airport, 0 AS hops
      UNION
      SELECT destination, hops + 1 FROM reached JOIN routes ON origin = airport WHERE hops < 3
    )
    SELECT airport, min(hops) AS hops FROM reached GROUP BY airport ORDER BY airport`,

  "latest hundred flights of each day": `
    SELECT id, departure, day, delay, distance, origin, destination
    FROM flights WHERE delay > 60 QUALIFY row_number() OVER (PARTITION BY day ORDER BY delay DESC, id) <= 100
    ORDER BY day, id`
} as const

/** The names of the questions. */
export type Question = keyof typeof questions
