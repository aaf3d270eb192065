package io.github.palimpsest.llm.text;

import java.util.List;

/** Generates the records of tasks, each task with a held-out part. */
public interface RecordGenerator {
  /** The scheme at the beginning of its names: {@code SCHEME:NAME}. */
  String scheme();

  /** The names of its tasks. */
  List<String> names();

  /** Whether the records come from files; if not, they cost nothing. */
  boolean readsFiles();

  /**
   * The training records of a task.
   *
   * @param name one of {@link #names}
   */
  MadeRecords training(String name);

  /**
   * The evaluation records of a task.
   *
   * @param name one of {@link #names}
   */
  MadeRecords heldOut(String name);
}
