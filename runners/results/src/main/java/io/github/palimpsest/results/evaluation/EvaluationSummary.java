package io.github.palimpsest.results.evaluation;

import java.util.List;

/**
 * The scores of a model.
 *
 * @param model the folder of the model, as written
 * @param adapter the folder of its adapter, as written; empty if there is none
 * @param limit the largest number of items of a task; 0 for all
 * @param tasks the tasks, in the order of evaluation
 * @param suites the suites that were asked for
 */
public record EvaluationSummary(
    String model, String adapter, int limit, List<TaskRow> tasks, List<SuiteRow> suites) {}
