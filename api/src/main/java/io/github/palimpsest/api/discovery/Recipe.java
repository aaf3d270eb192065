package io.github.palimpsest.api.discovery;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A checked combination of components, each in its seat, every setting resolved. Its {@code
 * toString} is the one canonical text.
 *
 * @param optimizer exactly one
 * @param adapter at most one
 * @param regularizers any number; kept in the order of their text, since their sum has no order
 * @param rehearsal at most one
 * @param mergers any number, in the order in which they are applied
 */
@Stable(since = "0.1")
public record Recipe(
    Component<Optimizer> optimizer,
    Optional<Component<Adapter>> adapter,
    List<Component<Regularizer>> regularizers,
    Optional<Component<Rehearsal>> rehearsal,
    List<Component<Merger>> mergers) {
  /** Copies the lists and sorts the regularizers by their text. */
  public Recipe {
    regularizers =
        regularizers.stream()
            .sorted(Comparator.comparing((Component<Regularizer> c) -> c.toString()))
            .toList();
    mergers = List.copyOf(mergers);
  }

  /** All components in the order of their seats. */
  public List<Component<?>> components() {
    List<Component<?>> all = new ArrayList<>();
    all.add(optimizer);
    adapter.ifPresent(all::add);
    all.addAll(regularizers);
    rehearsal.ifPresent(all::add);
    all.addAll(mergers);
    return List.copyOf(all);
  }

  /** The adapter, if it promises {@link Promise#UNMERGEABLE}. */
  public Optional<Component<Adapter>> unmergeableAdapter() {
    return adapter.filter(a -> a.provider().promises(a.settings()).contains(Promise.UNMERGEABLE));
  }

  /**
   * Refuses an adapter whose weights cannot be merged into the model's own tensors, for what needs
   * merged weights.
   *
   * @param reason what needs them, for example {@code 'wise-ft' needs merged weights}
   * @throws RuleViolationException if the adapter promises {@link Promise#UNMERGEABLE}; names it,
   *     the reason and the rule {@code unmergeable}
   */
  public void requireMergeable(String reason) {
    unmergeableAdapter()
        .ifPresent(
            a -> {
              throw new RuleViolationException(
                  "unmergeable",
                  "'"
                      + a.id()
                      + "' adds parameters that no tensor of the model can take, and "
                      + reason
                      + " (rule unmergeable)");
            });
  }

  /** The recipe as text, every default filled in. */
  public RecipeText text() {
    Stream<Component<?>> sum =
        components().stream().filter(c -> mergers.stream().noneMatch(m -> m == c));
    return new RecipeText(calls(sum), calls(mergers.stream()));
  }

  private static List<Value.Call> calls(Stream<? extends Component<?>> components) {
    List<Value.Call> calls = new ArrayList<>();
    components.forEach(c -> calls.add(c.canonical()));
    return calls;
  }

  @Override
  public String toString() {
    return text().toString();
  }
}
