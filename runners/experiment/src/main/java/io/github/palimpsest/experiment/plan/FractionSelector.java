package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.experiment.file.Design;
import io.github.palimpsest.results.folder.GridPlan.Excluded;
import io.github.palimpsest.results.statistics.FractionalFactorial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Takes a regular fraction of a two-level grid, and says what it mixes. */
final class FractionSelector implements Selector {
  private final List<Factors.Factor> factors;
  private final Design.Fraction wanted;
  private final FractionalFactorial design;

  FractionSelector(Design.Fraction wanted, List<Factors.Factor> factors) {
    this.factors = factors;
    this.wanted = wanted;
    for (Factors.Factor f : factors) {
      if (f.levels().size() != 2) {
        throw wanted
            .place()
            .error(
                "a fraction needs two levels of each axis, and '"
                    + f.name()
                    + "' has "
                    + f.levels().size());
      }
    }
    this.design = wanted.generators().isEmpty() ? best() : stated();
    wanted
        .resolution()
        .filter(r -> r > design.resolution())
        .ifPresent(
            r -> {
              throw wanted
                  .place()
                  .error(
                      "'design.resolution' is "
                          + r
                          + ", and "
                          + text()
                          + " has only resolution "
                          + design.resolution());
            });
  }

  private FractionalFactorial best() {
    return FractionalFactorial.best(factors.size(), wanted.halvings())
        .orElseThrow(
            () ->
                wanted
                    .place()
                    .error(
                        text()
                            + " would mix main effects with one another: take a larger fraction"
                            + " or more axes"));
  }

  private FractionalFactorial stated() {
    if (wanted.generators().size() != wanted.halvings()) {
      throw wanted
          .place()
          .error(
              text() + " needs " + wanted.halvings() + " generators, each halving the factorial");
    }
    List<Integer> words = new ArrayList<>();
    for (Design.Generator g : wanted.generators()) {
      int word = bit(g.generated(), g);
      for (String factor : g.product()) {
        word ^= bit(factor, g);
      }
      words.add(word);
    }
    try {
      FractionalFactorial stated = new FractionalFactorial(factors.size(), words);
      if (stated.resolution() >= 3) {
        return stated;
      }
    } catch (IllegalArgumentException e) {
      throw wanted.place().error("these generators are not independent of one another");
    }
    throw wanted.place().error("these generators mix main effects with one another");
  }

  private int bit(String factor, Design.Generator g) {
    List<String> names = factors.stream().map(Factors.Factor::name).toList();
    int at = names.indexOf(factor);
    if (at < 0) {
      throw g.place().error("there is no axis '" + factor + "'" + NearestName.hint(factor, names));
    }
    return 1 << at;
  }

  private String text() {
    return "a fraction of 1/" + (1 << wanted.halvings()) + " of " + factors.size() + " axes";
  }

  @Override
  public List<List<Factors.Level>> products() {
    return Selector.all(factors).stream().filter(p -> design.contains(run(p))).toList();
  }

  @Override
  public List<Grid.Combination> drawn(List<Grid.Combination> runnable) {
    return runnable;
  }

  private int run(List<Factors.Level> product) {
    return IntStream.range(0, product.size())
        .filter(f -> product.get(f) == factors.get(f).levels().get(1))
        .map(f -> 1 << f)
        .sum();
  }

  @Override
  public Selected selected(List<Excluded> excluded) {
    if (!excluded.isEmpty()) {
      throw wanted
          .place()
          .error(
              "the fraction holds a combination that cannot run, so its effects could not be told"
                  + " apart: "
                  + excluded.get(0).levels()
                  + ": "
                  + excluded.get(0).reason());
    }
    String text =
        text()
            + ", resolution "
            + design.resolution()
            + ": "
            + design.generators().stream().map(this::generator).collect(Collectors.joining("; "));
    int left = (1 << factors.size()) - design.runs();
    return new Selected(text, left, design.resolution(), aliases());
  }

  private String generator(int word) {
    int generated = Integer.highestOneBit(word);
    return name(generated) + " = " + name(word ^ generated);
  }

  /** Each main effect and two-way interaction that another one is mixed with. */
  private List<String> aliases() {
    List<String> mixed = new ArrayList<>();
    Set<Integer> told = new HashSet<>();
    Predicate<Integer> small = e -> Integer.bitCount(e) <= 2;
    for (int effect = 1; effect < 1 << factors.size(); effect++) {
      List<Integer> others = design.aliases(effect).stream().filter(small).toList();
      if (small.test(effect) && !others.isEmpty() && told.add(effect)) {
        told.addAll(others);
        mixed.add(
            Stream.concat(Stream.of(effect), others.stream())
                .map(this::name)
                .collect(Collectors.joining(" = ")));
      }
    }
    return mixed;
  }

  private String name(int effect) {
    return IntStream.range(0, factors.size())
        .filter(f -> (effect >> f & 1) == 1)
        .mapToObj(f -> factors.get(f).name())
        .collect(Collectors.joining(" x "));
  }
}
