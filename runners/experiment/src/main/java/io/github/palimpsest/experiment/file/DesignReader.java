package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.recipe.RecipeSyntaxException;
import io.github.palimpsest.api.recipe.RecipeText;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Reads what an experiment file says of the shape of its grid. */
final class DesignReader {
  private DesignReader() {}

  static Design design(YamlMap root) {
    return new Design(
        root.scalars("paired").stream().map(DesignReader::pairing).toList(),
        root.map("design").map(DesignReader::selection).orElseGet(Design.All::new));
  }

  private static Design.Selection selection(YamlMap m) {
    Optional<YamlScalar> fraction = m.scalar("fraction");
    Optional<YamlScalar> random = m.scalar("random");
    if (fraction.isPresent() == random.isPresent()) {
      throw m.place().error("'design' takes either a 'fraction' of the grid or some at 'random'");
    }
    for (String key :
        fraction.isPresent() ? List.of("seed") : List.of("resolution", "generators")) {
      if (m.has(key)) {
        throw m.place(key)
            .error(
                "'design."
                    + key
                    + "' goes with 'design."
                    + (key.equals("seed") ? "random'" : "fraction'"));
      }
    }
    return fraction
        .<Design.Selection>map(
            f ->
                new Design.Fraction(
                    halvings(f),
                    m.scalars("generators").stream().map(DesignReader::generator).toList(),
                    m.scalar("resolution").map(r -> (int) r.integer(3, 16)),
                    f.place()))
        .orElseGet(
            () ->
                new Design.Draw(
                    random.map(r -> (int) r.integer(1, Integer.MAX_VALUE)).orElse(1),
                    m.scalar("seed").map(s -> s.integer(Long.MIN_VALUE, Long.MAX_VALUE)).orElse(0L),
                    m.place("random")));
  }

  /** The p of a fraction of 1/2^p. */
  static int halvings(YamlScalar v) {
    for (int p = 1; p < 16; p++) {
      if (v.text().replace(" ", "").equals("1/" + (1 << p))) {
        return p;
      }
    }
    throw v.place()
        .error("'" + v.key() + "' is '" + v.text() + "', and must be 1/2, 1/4, 1/8 and so on");
  }

  /** {@code merger = optimizer * adapter}. */
  static Design.Generator generator(YamlScalar v) {
    String[] sides = v.text().split("=", -1);
    List<String> product = sides.length == 2 ? names(sides[1], "\\*") : List.of();
    if (product.isEmpty() || product.contains("") || sides[0].isBlank()) {
      throw v.place()
          .error(
              "'"
                  + v.text()
                  + "' is no generator; one reads 'merger = optimizer * adapter * regularizer'");
    }
    return new Design.Generator(sides[0].trim(), product, v.place());
  }

  /** {@code optimizer & adapter}. */
  static Design.Pairing pairing(YamlScalar v) {
    List<String> names = names(v.text(), "&");
    if (names.size() < 2 || names.contains("") || new HashSet<>(names).size() < names.size()) {
      throw v.place()
          .error("'" + v.text() + "' pairs nothing; a pairing reads 'optimizer & adapter'");
    }
    return new Design.Pairing(names, v.place());
  }

  private static List<String> names(String text, String separator) {
    return Arrays.stream(text.split(separator, -1)).map(String::trim).toList();
  }

  /** {@code lr: [1e-4, 3e-4]}. */
  static Sweep sweep(YamlMap axis, String setting) {
    return new Sweep(
        setting,
        axis.scalars(setting).stream().map(DesignReader::choice).toList(),
        axis.place(setting));
  }

  private static Sweep.Choice choice(YamlScalar v) {
    try {
      return new Sweep.Choice(RecipeText.parseValue(v.text()), v.place());
    } catch (RecipeSyntaxException e) {
      throw v.place().error(e.getMessage());
    }
  }
}
