package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.experiment.file.Design;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.GridPlan.Excluded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes combinations of levels as a design says. */
interface Selector {
  static Selector of(Design.Selection selection, List<Factors.Factor> factors) {
    if (selection instanceof Design.Fraction fraction) {
      return new FractionSelector(fraction, factors);
    }
    if (selection instanceof Design.Draw draw) {
      return new Draw(draw, factors);
    }
    return new All(factors);
  }

  /** The combinations to look at, the last factor changing fastest. */
  List<List<Factors.Level>> products();

  /** Those taken of the combinations that can run. */
  List<Grid.Combination> drawn(List<Grid.Combination> runnable);

  /** What was taken, once all is. */
  Selected selected(List<Excluded> excluded);

  /** All combinations of levels, the last factor changing fastest. */
  static List<List<Factors.Level>> all(List<Factors.Factor> factors) {
    List<List<Factors.Level>> products = List.of(List.of());
    for (Factors.Factor factor : factors) {
      List<List<Factors.Level>> longer = new ArrayList<>();
      for (List<Factors.Level> product : products) {
        for (Factors.Level level : factor.levels()) {
          longer.add(Stream.concat(product.stream(), Stream.of(level)).toList());
        }
      }
      products = longer;
    }
    return products;
  }

  /** Takes everything. */
  record All(List<Factors.Factor> factors) implements Selector {
    @Override
    public List<List<Factors.Level>> products() {
      return all(factors);
    }

    @Override
    public List<Grid.Combination> drawn(List<Grid.Combination> runnable) {
      return runnable;
    }

    @Override
    public Selected selected(List<Excluded> excluded) {
      return new Selected("", 0, 0, List.of());
    }
  }

  final class Draw implements Selector {
    private final List<Factors.Factor> factors;
    private final Design.Draw draw;
    private int left;

    Draw(Design.Draw draw, List<Factors.Factor> factors) {
      this.factors = factors;
      this.draw = draw;
    }

    @Override
    public List<List<Factors.Level>> products() {
      return all(factors);
    }

    @Override
    public List<Grid.Combination> drawn(List<Grid.Combination> runnable) {
      if (draw.count() > runnable.size()) {
        throw draw.place()
            .error(
                "'design.random' is "
                    + draw.count()
                    + ", and only "
                    + runnable.size()
                    + " combinations can run");
      }
      left = runnable.size() - draw.count();
      Set<Grid.Combination> taken =
          runnable.stream()
              .sorted(Comparator.comparing(this::lot))
              .limit(draw.count())
              .collect(Collectors.toCollection(HashSet::new));
      return runnable.stream().filter(taken::contains).toList();
    }

    private String lot(Grid.Combination c) {
      return Fingerprint.of(
          new TreeMap<>(
              Map.of("seed", Long.toString(draw.seed()), "recipe", c.recipe().toString())));
    }

    @Override
    public Selected selected(List<Excluded> excluded) {
      String text = draw.count() + " drawn at random with seed " + draw.seed();
      return new Selected(text, left, 0, List.of());
    }
  }
}
