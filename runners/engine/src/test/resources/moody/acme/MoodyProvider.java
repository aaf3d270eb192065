package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;
import java.util.Set;

/** What the providers of all kinds have in common. */
abstract class MoodyProvider<T> implements Provider<T> {
  private final Kind kind;

  MoodyProvider(Kind kind) {
    this.kind = kind;
  }

  /** The component as it is in a good mood. */
  abstract T made();

  public ComponentId id() {
    return in("id", new ComponentId("acme.moody"));
  }

  public Kind kind() {
    return in("kind", kind);
  }

  public String summary() {
    return in("summary", "as moody as it is told to be");
  }

  public String equation() {
    return in("equation", "x");
  }

  public List<Setting<?>> settings() {
    return in("settings", List.<Setting<?>>of());
  }

  public Traits traits(Settings settings) {
    Onset onset =
        switch (kind) {
          case OPTIMIZER, ADAPTER -> Onset.FIRST_TASK;
          case REGULARIZER, REHEARSAL -> Onset.LATER_TASKS;
          default -> Onset.AFTER_TRAINING;
        };
    Cost cost = kind == Kind.OPTIMIZER ? Cost.passes(1) : Cost.NONE;
    return in("traits", Traits.of(onset, cost, "nobody 2026"));
  }

  public Set<Promise> promises(Settings settings) {
    return in("promises", Promise.usual(kind));
  }

  public boolean usesCorpus(Settings settings) {
    return in("usesCorpus", false);
  }

  public T create(Settings settings) {
    return in("create", made());
  }
}
