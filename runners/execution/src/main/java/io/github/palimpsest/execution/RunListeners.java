package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Several listeners to one run; each is told in turn. */
public record RunListeners(List<RunListener> all) implements RunListener {
  public RunListeners {
    all = List.copyOf(all);
  }

  private void tell(Consumer<RunListener> event) {
    all.forEach(event);
  }

  @Override
  public void planned(Plan plan) {
    tell(l -> l.planned(plan));
  }

  @Override
  public void skipped(Cell cell) {
    tell(l -> l.skipped(cell));
  }

  @Override
  public void started(Cell cell, long steps) {
    tell(l -> l.started(cell, steps));
  }

  @Override
  public void training(Cell cell, Stage stage) {
    tell(l -> l.training(cell, stage));
  }

  @Override
  public void step(Cell cell, String task, long stepsDone, double loss) {
    tell(l -> l.step(cell, task, stepsDone, loss));
  }

  @Override
  public void open(Map<String, Double> passes) {
    tell(l -> l.open(passes));
  }

  @Override
  public void trained(Stage stage, long step, long steps, double loss) {
    tell(l -> l.trained(stage, step, steps, loss));
  }

  @Override
  public void evaluating(Cell cell, String moment) {
    tell(l -> l.evaluating(cell, moment));
  }

  @Override
  public void finished(Cell cell) {
    tell(l -> l.finished(cell));
  }

  @Override
  public void failed(Cell cell, String reason) {
    tell(l -> l.failed(cell, reason));
  }

  @Override
  public void checking(long bytes, long all) {
    tell(l -> l.checking(bytes, all));
  }

  @Override
  public void damaged(String message) {
    tell(l -> l.damaged(message));
  }

  @Override
  public boolean stops() {
    return all.stream().anyMatch(RunListener::stops);
  }
}
