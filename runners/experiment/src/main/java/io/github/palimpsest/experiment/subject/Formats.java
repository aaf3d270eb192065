package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.experiment.file.Axis;
import io.github.palimpsest.experiment.file.DataAddress;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.llm.chat.ChatTemplate;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.text.DataFormats;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.RecordSource;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The data formats of an experiment's sets.
 *
 * @param known the formats that there are
 */
public record Formats(DataFormats known) {
  /** The formats of a registry. */
  public static Formats of(PluginRegistry registry) {
    return new Formats(DataFormats.of(registry));
  }

  /** A copy for a model with chat templates, or for one without. */
  public Formats with(Optional<ChatTemplates> ofModel) {
    return new Formats(known.with(ofModel));
  }

  /**
   * The chat template that writes the records of a set.
   *
   * @return empty if the set is not one of chats, states labels, or the model has no template
   * @throws PalimpsestException with its place in the file
   */
  public Optional<ChatTemplate> template(Experiment e, DataSet set) {
    try {
      Component<DataFormat> format =
          stated(set)
              .orElseGet(
                  () ->
                      source(
                              set,
                              DataAddress.find(e, set.place(), set.data()).source(),
                              set.filter(),
                              set.limit())
                          .found());
      return known.template(format.create());
    } catch (PalimpsestException problem) {
      throw set.place().error(problem);
    }
  }

  /**
   * Checks what all sets of an experiment state.
   *
   * @throws PalimpsestException with its place in the file, if a format is not known or set
   *     wrongly, or does not go with what the set says of template or separator
   */
  public Formats checked(Experiment e) {
    Stream.of(e.tasks().stream(), e.evaluation().stream(), e.corpus().stream())
        .flatMap(sets -> sets)
        .forEach(this::check);
    e.corpus().ifPresent(this::requireDocuments);
    return this;
  }

  private void requireDocuments(DataSet corpus) {
    if (stated(corpus).filter(f -> f.create().gives() == DataFormat.Gives.CHOICES).isPresent()) {
      throw corpus.place().error("questions with choices are no corpus");
    }
  }

  private void check(DataSet set) {
    Optional<DataFormat> stated = stated(set).map(Component::create);
    String format = set.format().map(level -> level.text().toString()).orElse("auto");
    if (!set.separator().isEmpty()
        && stated.filter(f -> f.source() == DataFormat.Source.RECORDS).isPresent()) {
      throw set.place()
          .error("'separator' is for plain text, and format '" + format + "' reads records");
    }
    stated.ifPresent(f -> requireKeys(set, f, format));
    if (set.template().isPresent()
        && stated(set).filter(c -> !DataFormats.hasTemplate(c.provider())).isPresent()) {
      throw set.place().error("format '" + format + "' has no 'template'");
    }
  }

  private static void requireKeys(DataSet set, DataFormat stated, String format) {
    try {
      set.layout().columns().requireKeys(format, DataFormats.keys(stated));
    } catch (PalimpsestException e) {
      throw set.place().error(e);
    }
  }

  /**
   * The format that a set states.
   *
   * @throws PalimpsestException with its place in the file, if there is none of that name, or a
   *     setting is wrong
   */
  public Optional<Component<DataFormat>> stated(DataSet set) {
    return set.format().map(level -> component(set, level));
  }

  private Component<DataFormat> component(DataSet set, Axis.Level level) {
    try {
      return known.component(level.text().sum().get(0), template(set));
    } catch (PalimpsestException e) {
      throw level.place().error(e);
    }
  }

  /**
   * The formats of a set's files by name: the stated one, or those that their first records have.
   *
   * @throws PalimpsestException with its place in the file
   */
  public SortedSet<ComponentId> of(Experiment e, DataSet set) {
    TreeSet<ComponentId> ids = new TreeSet<>();
    stated(set).ifPresent(stated -> ids.add(stated.id()));
    if (ids.isEmpty()) {
      try {
        RecordSource data = DataAddress.find(e, set.place(), set.data()).source();
        ids.addAll(source(set, data, set.filter(), set.limit()).foundIds());
        set.test()
            .map(test -> DataAddress.find(e, set.place(), test).source())
            .ifPresent(
                test ->
                    ids.addAll(source(set, test, set.testFilter(), set.testLimit()).foundIds()));
      } catch (PalimpsestException problem) {
        throw set.place().error(problem);
      }
    }
    return ids;
  }

  /** How a source of a set is read. */
  DataSource source(DataSet set, RecordSource from, Optional<DataSet.Filter> filter, int limit) {
    return new DataSource(
        from,
        known,
        set.format().map(level -> level.text().sum().get(0)),
        template(set),
        set.separator(),
        filter.map(DataSet.Filter::rows),
        0,
        limit,
        set.layout());
  }

  private static PromptTemplate template(DataSet set) {
    return set.template().orElse(PromptTemplate.ALPACA);
  }
}
