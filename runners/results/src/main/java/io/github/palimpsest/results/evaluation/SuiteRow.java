package io.github.palimpsest.results.evaluation;

import java.util.List;

/**
 * The score of a suite.
 *
 * @param suite its name, without its mark
 * @param value the mean of its members' scores by their first measures
 * @param members the members
 * @param weights how members are weighted: {@code equal} or {@code items}
 */
public record SuiteRow(String suite, double value, List<String> members, String weights) {}
