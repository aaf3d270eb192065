package io.github.palimpsest.classifier;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.IntStream;

/**
 * The classes of a stream of tasks. A class is known by its name; tasks may share classes.
 *
 * @param names the names, in the order of the columns of the logits
 * @param byTask for each task the columns of its classes, ascending
 * @param scenario what is known of an example
 */
public record ClassStream(List<String> names, List<List<Integer>> byTask, Scenario scenario) {
  /** What is known of an example when it is classified. The words are those of files. */
  public enum Scenario {
    /** Nothing: it may have any class of the stream. */
    CLASS_INCREMENTAL,
    /** Its task: it has one of the task's classes. */
    TASK_INCREMENTAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @throws PalimpsestException if there are fewer than two classes, a name is empty or occurs
   *     twice, or a task has a class that there is not
   */
  public ClassStream {
    names = List.copyOf(names);
    byTask = byTask.stream().map(List::copyOf).toList();
    if (names.size() < 2) {
      throw new PalimpsestException("a classifier needs at least 2 classes, not " + names);
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank() || !seen.add(name)) {
        throw new PalimpsestException("the class '" + name + "' is empty or occurs twice");
      }
    }
    int last = names.size() - 1;
    for (List<Integer> columns : byTask) {
      if (columns.stream().anyMatch(c -> c < 0 || c > last)) {
        throw new PalimpsestException("a task has the classes " + columns + " of 0 to " + last);
      }
    }
  }

  /** The stream of tasks with these classes: the columns follow the tasks, then the names. */
  public static ClassStream of(List<? extends SortedSet<String>> tasks, Scenario scenario) {
    LinkedHashSet<String> ordered = new LinkedHashSet<>();
    tasks.forEach(ordered::addAll);
    List<String> names = new ArrayList<>(ordered);
    List<List<Integer>> byTask = new ArrayList<>();
    for (SortedSet<String> task : tasks) {
      byTask.add(task.stream().map(names::indexOf).sorted().toList());
    }
    return new ClassStream(names, byTask, scenario);
  }

  /**
   * The column of a class.
   *
   * @throws PalimpsestException if there is none of that name
   */
  public int column(String name) {
    int column = names.indexOf(name);
    if (column < 0) {
      throw new PalimpsestException(
          "no task has training examples of class '" + name + "'" + NearestName.hint(name, names));
    }
    return column;
  }

  /** All columns. */
  public List<Integer> all() {
    return IntStream.range(0, names.size()).boxed().toList();
  }

  /** Whether the task of an example is known. */
  public boolean taskKnown() {
    return scenario == Scenario.TASK_INCREMENTAL;
  }
}
