package io.github.palimpsest.experiment.task;

import java.util.List;

/**
 * Tasks under one name, with one score: a mean of the first measure of each member.
 *
 * @param name without its {@code @}
 * @param about what it is for
 * @param members names of tasks, and of suites with their {@code @}
 * @param bySize whether a member counts as often as it has items; otherwise members count equally
 */
public record Suite(String name, String about, List<String> members, boolean bySize) {
  /** The mark of a suite's name. */
  public static final String MARK = "@";

  /** Copies the list. */
  public Suite {
    members = List.copyOf(members);
  }
}
