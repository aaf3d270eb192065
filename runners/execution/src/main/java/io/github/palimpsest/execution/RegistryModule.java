package io.github.palimpsest.execution;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.execution.lease.Leases;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Subject;

/** Binds the objects that all cells of a run share; providers come from the validated registry. */
final class RegistryModule extends AbstractModule {
  private final Plan plan;
  private final Stages stages;
  private final RunSettings settings;
  private final Subject subject;
  private final OutputFolder folder;
  private final RunListener listener;
  private final Leases leases;

  RegistryModule(
      Plan plan,
      Stages stages,
      RunSettings settings,
      Subject subject,
      OutputFolder folder,
      RunListener listener,
      Leases leases) {
    this.leases = leases;
    this.plan = plan;
    this.stages = stages;
    this.settings = settings;
    this.subject = subject;
    this.folder = folder;
    this.listener = listener;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    MapBinder<ComponentId, Provider<?>> providers =
        MapBinder.newMapBinder(
            binder(), new TypeLiteral<ComponentId>() {}, new TypeLiteral<Provider<?>>() {});
    for (Registered r : plan.registry().all()) {
      providers.addBinding(r.provider().id()).toInstance(r.provider());
    }
    bind(Plan.class).toInstance(plan);
    bind(Origins.class).toInstance(new Origins(plan.registry()));
    bind(Subject.class).toInstance(subject);
    bind(OutputFolder.class).toInstance(folder);
    bind(RunListener.class).toInstance(listener);
    bind(BaseScores.class).toInstance(new BaseScores());
    bind(Stages.class).toInstance(stages);
    bind(RunSettings.class).toInstance(settings);
    bind(DiskBudget.class).in(Scopes.SINGLETON);
    bind(StageStore.class).toInstance(new StageStore(folder.root(), leases));
    bind(StageRecord.class).in(Scopes.SINGLETON);
    bind(FinishedCells.class).in(Scopes.SINGLETON);
    bind(Repair.class).in(Scopes.SINGLETON);
    bind(StageRun.class).in(Scopes.SINGLETON);
  }
}
