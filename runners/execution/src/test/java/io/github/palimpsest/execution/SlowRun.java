package io.github.palimpsest.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A process that stops for good in the middle of a run, so that a test can kill it there. */
final class SlowRun {
  private SlowRun() {}

  /**
   * Runs the toy experiment up to a step, says so, and waits.
   *
   * @param arguments the output folder and the step
   */
  public static void main(String[] arguments) {
    long stop = Long.parseLong(arguments[1]);
    RunListener listener =
        event -> {
          if (event instanceof RunEvent.Step step) {
            if (step.stepsOfCell() == stop) {
              System.out.println("stopped");
              try {
                System.in.read();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }
        };
    try (ToySubject subject = new ToySubject()) {
      ExperimentRun.run(
          ToyRun.plan("{optimizer: [sgd]}"),
          RunSettings.DEFAULT,
          subject,
          Path.of(arguments[0]),
          listener);
    }
  }
}
