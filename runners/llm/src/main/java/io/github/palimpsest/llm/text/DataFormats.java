package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.chat.ChatTemplate;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.format.Chat;
import io.github.palimpsest.llm.format.ChatFormat;
import io.github.palimpsest.llm.format.FormatsPlugin;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.layout.Columns;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The known data formats, found by name or from the keys of a record.
 *
 * <p>A record has a format if it has all keys of the format. If several formats qualify, the one
 * with the most keys is chosen. It is an error, which names both formats, if two have equally many
 * keys, or if a format earlier in the order has at least as many of its keys in the record but
 * lacks another. The order is this project's formats by name, then other formats by name.
 */
public final class DataFormats {
  private static final String TEMPLATE = "template";

  private final PluginRegistry registry;
  private final Optional<ChatTemplates> templates;

  private DataFormats(PluginRegistry registry, Optional<ChatTemplates> templates) {
    this.registry = registry;
    this.templates = templates;
  }

  /** The formats of a registry; chats are written without a model's template. */
  public static DataFormats of(PluginRegistry registry) {
    return new DataFormats(registry, Optional.empty());
  }

  /** A copy for a model with chat templates, or for one without. */
  public DataFormats with(Optional<ChatTemplates> ofModel) {
    return new DataFormats(registry, ofModel);
  }

  /**
   * The chat template that a format writes records with.
   *
   * @return empty if the format is not one of chats, states labels, or the model has no template
   * @throws PalimpsestException if the model has no template of the stated name, or it is malformed
   */
  public Optional<ChatTemplate> template(DataFormat format) {
    return format instanceof ChatFormat chats && chats.chat().turns() == Chat.Turns.TEMPLATE
        ? templates.map(t -> t.get(chats.chat().named(), chats.chat().date()))
        : Optional.empty();
  }

  /**
   * The chat template that wrote documents.
   *
   * @param documents what was read, in one format
   * @param stated the format that was stated, if any
   * @return empty if no template wrote them
   */
  public Optional<ChatTemplate> template(List<Document> documents, Optional<Value.Call> stated) {
    if (documents.isEmpty() || documents.get(0).rest().isEmpty()) {
      return Optional.empty();
    }
    return stated
        .map(call -> template(component(call, PromptTemplate.ALPACA).create()))
        .orElseGet(() -> templates.map(t -> t.get(Chat.DEFAULT_TEMPLATE, Chat.DEFAULT_DATE)));
  }

  /** A format as it reads records for the model. */
  DataFormat bound(DataFormat format) {
    return template(format).map(t -> ((ChatFormat) format).with(t)).orElse(format);
  }

  /** The formats that come with the framework. */
  public static DataFormats builtIn() {
    PluginOrigin here = new PluginOrigin(new FormatsPlugin().name(), "unknown", Path.of("unknown"));
    return of(
        new PluginRegistry(FormatsPlugin.ALL.stream().map(p -> new Registered(p, here)).toList()));
  }

  /**
   * A format with its settings.
   *
   * @param written the format's name, with its settings if any
   * @param template the value for a format that has a setting of this name and is written without
   *     it
   * @throws PalimpsestException if there is no such format, or a setting is wrong
   */
  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  public Component<DataFormat> component(Value.Call written, PromptTemplate template) {
    List<String> known =
        registry.all(Kind.FORMAT).stream().map(r -> r.provider().id().value()).toList();
    if (!known.contains(written.name())) {
      throw new PalimpsestException(
          "unknown format '" + written.name() + "'" + NearestName.hint(written.name(), known));
    }
    Value.Call call =
        !written.arguments().containsKey(TEMPLATE)
                && hasTemplate(registry.find(written.name()).provider())
            ? written.with(TEMPLATE, word(template))
            : written;
    return (Component<DataFormat>) registry.component(Kind.FORMAT, call);
  }

  /** Whether a format takes a template. */
  public static boolean hasTemplate(Provider<?> format) {
    return format.settings().stream().anyMatch(s -> s.key().equals(TEMPLATE));
  }

  private static Value.Call word(PromptTemplate template) {
    return Value.Call.word(template.toString());
  }

  /**
   * The format of a record.
   *
   * @param first the record
   * @param template the template for a format that takes one
   * @param columns the keys that columns stand for; a format without one of them is not considered
   * @throws PalimpsestException if no format has its keys, or two formats have them; the message
   *     names the keys
   */
  Component<DataFormat> sniff(JsonRecord first, PromptTemplate template, Columns columns) {
    Set<String> keys = first.keys();
    Set<String> mapped = columns.byKey().keySet();
    requireKnown(mapped);
    List<Candidate> all =
        registry.all(Kind.FORMAT).stream()
            .sorted(Comparator.comparing((Registered r) -> !r.provider().id().vendor().isEmpty()))
            .map(r -> component(Value.Call.word(r.provider().id().value()), template))
            .map(c -> Candidate.of(c, keys))
            .filter(c -> c.there() > 0 && c.known().containsAll(mapped))
            .toList();
    List<Candidate> whole = all.stream().filter(Candidate::isWhole).toList();
    int most = whole.stream().mapToInt(Candidate::there).max().orElse(0);
    if (most == 0) {
      // reading the record reports its missing key
      return all.stream()
          .max(
              Comparator.comparingInt(Candidate::there)
                  .thenComparing(c -> -c.keys().size())
                  .thenComparing(c -> -all.indexOf(c)))
          .orElseThrow(() -> unknown(first))
          .format();
    }
    Candidate best = whole.stream().filter(c -> c.there() == most).findFirst().orElseThrow();
    all.stream()
        .filter(c -> c != best && c.there() >= most)
        .filter(c -> c.isWhole() || all.indexOf(c) < all.indexOf(best))
        .findFirst()
        .ifPresent(
            other -> {
              throw new PalimpsestException(
                  first.origin()
                      + ": cannot tell the format: found "
                      + found(keys)
                      + "; "
                      + best
                      + " and "
                      + other
                      + " would do; state one, as in 'format: "
                      + best.format().id()
                      + "'");
            });
    return best.format();
  }

  /** Refuses a key that no format has, with the nearest one that any has. */
  private void requireKnown(Set<String> mapped) {
    if (mapped.isEmpty()) {
      return;
    }
    Set<String> known = new TreeSet<>();
    registry.all(Kind.FORMAT).stream()
        .map(r -> component(Value.Call.word(r.provider().id().value()), PromptTemplate.ALPACA))
        .forEach(c -> known.addAll(keys(c.create())));
    for (String key : mapped) {
      if (!known.contains(key)) {
        throw new PalimpsestException(
            "columns: no format has a key '" + key + "'" + NearestName.hint(key, known));
      }
    }
  }

  /** All keys of a format of records, with the optional ones. */
  public static Set<String> keys(DataFormat format) {
    Set<String> keys = new TreeSet<>();
    if (format.source() == DataFormat.Source.RECORDS) {
      keys.addAll(format.keys());
      keys.addAll(format.optionalKeys());
    }
    return keys;
  }

  private PalimpsestException unknown(JsonRecord first) {
    String known =
        registry.all(Kind.FORMAT).stream()
            .map(r -> component(Value.Call.word(r.provider().id().value()), PromptTemplate.ALPACA))
            .map(Component::create)
            .filter(f -> f.source() == DataFormat.Source.RECORDS)
            .map(f -> String.join(" + ", f.keys()))
            .collect(Collectors.joining(", "));
    return new PalimpsestException(
        first.origin()
            + ": cannot tell the format: found "
            + found(first.keys())
            + "; expected one of: "
            + known
            + "; or name the columns, as in 'columns: {prompt: COLUMN, response: COLUMN}'");
  }

  private static String found(Set<String> keys) {
    return keys.isEmpty() ? "no keys" : "keys " + String.join(", ", keys);
  }

  /**
   * A format that a record may have.
   *
   * @param keys the keys that a record must have
   * @param known these, and the optional ones
   * @param there the number of its keys that the record has
   */
  private record Candidate(
      Component<DataFormat> format, List<String> keys, Set<String> known, int there) {
    static Candidate of(Component<DataFormat> format, Set<String> found) {
      DataFormat made = format.create();
      List<String> keys = made.source() == DataFormat.Source.RECORDS ? made.keys() : List.of();
      int there = (int) keys.stream().filter(found::contains).count();
      return new Candidate(format, keys, DataFormats.keys(made), there);
    }

    boolean isWhole() {
      return there == keys.size();
    }

    @Override
    public String toString() {
      return "'" + format.id() + "' (" + String.join(" + ", keys) + ")";
    }
  }
}
