package io.github.palimpsest.llm.text;

import java.util.List;

/** Makes the records of tasks, each with a part that is held out. */
public interface RecordGenerator {
  /** What its names begin with: {@code SCHEME:NAME}. */
  String scheme();

  /** The names of its tasks. */
  List<String> names();

  /**
   * What a task is trained on.
   *
   * @param name one of {@link #names}
   */
  MadeRecords training(String name);

  /**
   * What a task is evaluated on.
   *
   * @param name one of {@link #names}
   */
  MadeRecords heldOut(String name);
}
