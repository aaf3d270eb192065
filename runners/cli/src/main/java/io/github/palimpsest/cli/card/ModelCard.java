package io.github.palimpsest.cli.card;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.cli.Version;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The text of a model card: a head in YAML that the Hugging Face Hub reads, and what the weights
 * were made of and how. The same command on the same files gives the same bytes: a card has neither
 * a time nor a path.
 */
public final class ModelCard {
  /** The title of a model that was trained. */
  public static final String TRAINED = "A model trained with Palimpsest";

  private final List<String> head = new ArrayList<>();
  private final List<String> body = new ArrayList<>();

  private ModelCard() {}

  /**
   * Begins a card.
   *
   * @param base the folder of the model that the weights were made from
   * @param tags for the head, next to {@code palimpsest}
   * @param title the first line
   */
  public static ModelCard of(Path base, Collection<String> tags, String title) {
    BaseModel model = new BaseModel(base);
    return of(model.hubName(), model.license(), tags, title);
  }

  /**
   * Begins a card of weights that were made from no other model.
   *
   * @param tags for the head, next to {@code palimpsest}
   * @param title the first line
   */
  public static ModelCard of(Collection<String> tags, String title) {
    return of(Optional.empty(), Optional.empty(), tags, title);
  }

  private static ModelCard of(
      Optional<String> base, Optional<String> license, Collection<String> tags, String title) {
    ModelCard card = new ModelCard();
    base.ifPresent(name -> card.head.add("base_model: " + name));
    card.head.add("library_name: transformers");
    license.ifPresent(text -> card.head.add("license: " + text));
    card.head.add("tags:");
    card.head.add("- palimpsest");
    new TreeSet<>(tags).forEach(tag -> card.head.add("- " + tag));
    card.body.add("# " + title);
    return card;
  }

  /**
   * What the command says about the base's own card.
   *
   * @return empty if it has none
   */
  public static List<String> notes(Path base) {
    return new BaseModel(base).hasCard()
        ? List.of(
            "README.md of the base describes other weights and is not copied; the new folder has a"
                + " card of its own")
        : List.of();
  }

  /** What a model was trained with: tags, and what {@link #versions} names. */
  public record Trained(SortedSet<String> tags, List<Registered> components) {
    /** The components of a recipe, wrapped ones too. */
    public static Trained by(Recipe recipe, PluginRegistry registry) {
      TreeSet<String> tags = new TreeSet<>();
      Origins.all(recipe).forEach(id -> tags.add(id.value()));
      return new Trained(tags, tags.stream().map(registry::find).toList());
    }
  }

  /** Adds a heading. */
  public ModelCard heading(String text) {
    body.add("");
    body.add("## " + text);
    return this;
  }

  /** Adds a paragraph. */
  public ModelCard paragraph(String text) {
    body.add("");
    body.add(text);
    return this;
  }

  /** Adds a line of code. */
  public ModelCard code(String line) {
    body.add("");
    body.add("    " + line);
    return this;
  }

  /**
   * Adds a table.
   *
   * @param rows the first one is the head
   */
  public ModelCard table(List<List<String>> rows) {
    body.add("");
    for (int row = 0; row < rows.size(); row++) {
      body.add(
          "| " + String.join(" | ", rows.get(row).stream().map(ModelCard::cell).toList()) + " |");
      if (row == 0) {
        body.add("|" + "---|".repeat(rows.get(0).size()));
      }
    }
    return this;
  }

  private static String cell(String text) {
    StringBuilder cell = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                cell.append(
                    Character.isISOControl(c)
                        ? "\\u%04x".formatted(c)
                        : ("|`<*_[\\".indexOf(c) >= 0 ? "\\" : "") + (char) c));
    return cell.toString();
  }

  /** Adds the files of models, with their hashes. */
  public ModelCard models(Collection<Path> folders) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("folder", "file", "SHA-256"));
    for (Path folder : folders) {
      try (Stream<Path> all = Files.list(folder)) {
        all.filter(Files::isRegularFile)
            .filter(ModelCard::decides)
            .sorted()
            .forEach(
                f ->
                    rows.add(
                        List.of(CommandText.name(folder), CommandText.name(f), Fingerprint.of(f))));
      } catch (IOException e) {
        throw new PalimpsestException(folder + ": cannot be read: " + IoReason.of(e), e);
      }
    }
    return table(rows);
  }

  private static boolean decides(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".safetensors")
        || name.equals("config.json")
        || name.equals("adapter_config.json");
  }

  /** Adds the versions of the program and of the plugins with the components. */
  public ModelCard versions(Collection<Registered> components) {
    TreeSet<String> plugins = new TreeSet<>();
    components.forEach(c -> plugins.add(c.origin().plugin() + " " + c.origin().version()));
    return paragraph(
        "Palimpsest "
            + Version.current()
            + (plugins.isEmpty() ? "" : "; plugins: " + String.join(", ", plugins))
            + ".");
  }

  /** The whole text. */
  public String text() {
    return "---\n" + String.join("\n", head) + "\n---\n\n" + String.join("\n", body) + "\n";
  }
}
