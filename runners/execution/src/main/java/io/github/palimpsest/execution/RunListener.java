package io.github.palimpsest.execution;

/** Is told how a run goes on. */
@FunctionalInterface
public interface RunListener {
  /** A listener that does nothing. */
  RunListener NONE = event -> {};

  /** Something has happened. */
  void on(RunEvent event);

  /** Called between steps: whether the run shall stop there, with a checkpoint for resuming. */
  default boolean stops() {
    return false;
  }
}
