package io.github.palimpsest.execution;

import com.google.inject.AbstractModule;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.experiment.plan.Cell;

/** Binds one cell: its recipe, and the components created from it. */
final class CellModule extends AbstractModule {
  private final Cell cell;

  CellModule(Cell cell) {
    this.cell = cell;
  }

  @Override
  protected void configure() {
    bind(Cell.class).toInstance(cell);
    bind(Recipe.class).toInstance(cell.recipe());
    bind(CellRun.class);
    bind(CellRecord.class);
  }
}
