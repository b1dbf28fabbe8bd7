//! Published programmes in memory. A published version never changes, so no request reads its
//! tables; what is new is picked up by `refresh`.
//!
//! Holds rows and finds them; says nothing about who may see what (all of it is public).

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;
use entity::{
    municipality::region,
    programme::{
        criterion, framework, framework_element, indicator, level_descriptor, milestone, programme,
        programme_version, rating_level,
    },
};
use uuid::Uuid;

use crate::refusal::{UserError, UserErrorCode};

/// A programme with its versions, newest first.
#[derive(Debug)]
pub(crate) struct ProgrammeEntry {
    pub(crate) row: programme::Model,
    pub(crate) time_zone: Tz,
    pub(crate) versions: Vec<Arc<VersionEntry>>,
}

/// A version with what it consists of, each list in order.
#[derive(Debug)]
pub(crate) struct VersionEntry {
    pub(crate) row: programme_version::Model,
    pub(crate) milestones: Vec<Arc<milestone::Model>>,
    pub(crate) criteria: Vec<Arc<criterion::Model>>,
    pub(crate) framework: Arc<FrameworkEntry>,
}

/// A framework: elements and indicators in order, levels from low to high.
#[derive(Debug)]
pub(crate) struct FrameworkEntry {
    pub(crate) row: framework::Model,
    pub(crate) elements: Vec<Arc<framework_element::Model>>,
    pub(crate) levels: Vec<Arc<rating_level::Model>>,
    pub(crate) indicators: Vec<Arc<IndicatorEntry>>,
}

/// An indicator with its theme and what each level means.
#[derive(Debug)]
pub(crate) struct IndicatorEntry {
    pub(crate) row: indicator::Model,
    pub(crate) theme: Arc<framework_element::Model>,
    pub(crate) descriptors: Vec<level_descriptor::Model>,
}

/// The rows a catalogue is made of, in any order.
#[derive(Debug, Default)]
pub(crate) struct CatalogueRows {
    pub(crate) programmes: Vec<programme::Model>,
    pub(crate) versions: Vec<programme_version::Model>,
    pub(crate) milestones: Vec<milestone::Model>,
    pub(crate) criteria: Vec<criterion::Model>,
    pub(crate) frameworks: Vec<framework::Model>,
    pub(crate) elements: Vec<framework_element::Model>,
    pub(crate) levels: Vec<rating_level::Model>,
    pub(crate) indicators: Vec<indicator::Model>,
    pub(crate) descriptors: Vec<level_descriptor::Model>,
    pub(crate) regions: Vec<region::Model>,
}

/// A day, and the programmes where it is this day.
pub(crate) type Day = (NaiveDate, Vec<Uuid>);

/// Everything published, at one moment.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// In order of key.
    pub(crate) programmes: Vec<Arc<ProgrammeEntry>>,
    /// Their ids, for who asks about all of them.
    pub(crate) programme_ids: Arc<[Uuid]>,
    versions: HashMap<Uuid, Arc<VersionEntry>>,
    frameworks: HashMap<Uuid, Arc<FrameworkEntry>>,
    indicators: HashMap<Uuid, Arc<IndicatorEntry>>,
    elements: HashMap<Uuid, Arc<framework_element::Model>>,
    milestones: HashMap<Uuid, Arc<milestone::Model>>,
    criteria: HashMap<Uuid, Arc<criterion::Model>>,
    regions: HashMap<String, Arc<region::Model>>,
}

impl Catalogue {
    /// Puts rows together. Rows whose parent is missing are left out.
    pub(crate) fn new(rows: CatalogueRows) -> Self {
        let mut catalogue = Self::default();
        let elements = shared(rows.elements, |e| (e.framework_id, e.ordinal));
        let levels = shared(rows.levels, |l| (l.framework_id, l.value));
        let milestones = shared(rows.milestones, |m| (m.programme_version_id, m.ordinal));
        let criteria = shared(rows.criteria, |c| (c.programme_version_id, c.ordinal));
        catalogue.elements = elements.iter().map(|e| (e.id, Arc::clone(e))).collect();
        catalogue.milestones = milestones.iter().map(|m| (m.id, Arc::clone(m))).collect();
        catalogue.criteria = criteria.iter().map(|c| (c.id, Arc::clone(c))).collect();
        catalogue.regions = rows
            .regions
            .into_iter()
            .map(|r| (r.code.clone(), Arc::new(r)))
            .collect();
        let indicators = indicator_entries(rows.indicators, rows.descriptors, &catalogue.elements);
        catalogue.indicators = indicators
            .iter()
            .map(|i| (i.row.id, Arc::clone(i)))
            .collect();
        for row in rows.frameworks {
            let entry = FrameworkEntry {
                elements: of(&elements, |e| e.framework_id == row.id),
                levels: of(&levels, |l| l.framework_id == row.id),
                indicators: of(&indicators, |i| i.row.framework_id == row.id),
                row,
            };
            catalogue.frameworks.insert(entry.row.id, Arc::new(entry));
        }
        for row in rows.versions {
            let Some(framework) = catalogue.frameworks.get(&row.framework_id) else {
                continue;
            };
            let entry = VersionEntry {
                milestones: of(&milestones, |m| m.programme_version_id == row.id),
                criteria: of(&criteria, |c| c.programme_version_id == row.id),
                framework: Arc::clone(framework),
                row,
            };
            catalogue.versions.insert(entry.row.id, Arc::new(entry));
        }
        for row in rows.programmes {
            let mut versions: Vec<_> = catalogue
                .versions
                .values()
                .filter(|v| v.row.programme_id == row.id)
                .map(Arc::clone)
                .collect();
            versions.sort_by_key(|v| std::cmp::Reverse(v.row.number));
            // The loader has checked the time zone; UTC is never reached from a loaded programme.
            let time_zone = row.time_zone.parse().unwrap_or(Tz::UTC);
            catalogue.programmes.push(Arc::new(ProgrammeEntry {
                row,
                time_zone,
                versions,
            }));
        }
        catalogue
            .programmes
            .sort_by(|a, b| a.row.key.cmp(&b.row.key));
        catalogue.programme_ids = catalogue.programmes.iter().map(|p| p.row.id).collect();
        catalogue
    }

    /// The programme with this id.
    pub(crate) fn programme(&self, id: Uuid) -> Option<&Arc<ProgrammeEntry>> {
        self.programmes.iter().find(|p| p.row.id == id)
    }

    /// The programme with this key, such as `FI`, in whatever case it is written: no two keys differ
    /// by that alone.
    pub(crate) fn programme_by_key(&self, key: &str) -> Option<&Arc<ProgrammeEntry>> {
        let mut programmes = self.programmes.iter();
        programmes.find(|p| p.row.key.eq_ignore_ascii_case(key))
    }

    /// The id of the programme that an input names by its key.
    pub(crate) fn named(&self, key: &str) -> Result<Uuid, UserError> {
        let message = "There is no programme with this key.";
        let programme = self.programme_by_key(key).map(|programme| programme.row.id);
        programme.ok_or_else(|| UserError::at(UserErrorCode::NotFound, "programme", message))
    }

    /// The version with this id.
    pub(crate) fn version(&self, id: Uuid) -> Option<&Arc<VersionEntry>> {
        self.versions.get(&id)
    }

    /// The framework with this id.
    pub(crate) fn framework(&self, id: Uuid) -> Option<&Arc<FrameworkEntry>> {
        self.frameworks.get(&id)
    }

    /// Every framework that a version follows, by programme, the newest first; each once.
    pub(crate) fn frameworks(&self) -> Vec<&Arc<FrameworkEntry>> {
        let versions = self.programmes.iter().flat_map(|p| &p.versions);
        let mut frameworks: Vec<&Arc<FrameworkEntry>> = Vec::new();
        for framework in versions.map(|version| &version.framework) {
            if frameworks
                .iter()
                .all(|known| known.row.id != framework.row.id)
            {
                frameworks.push(framework);
            }
        }
        frameworks
    }

    /// The indicator with this id.
    pub(crate) fn indicator(&self, id: Uuid) -> Option<&Arc<IndicatorEntry>> {
        self.indicators.get(&id)
    }

    /// The framework element with this id.
    pub(crate) fn element(&self, id: Uuid) -> Option<&Arc<framework_element::Model>> {
        self.elements.get(&id)
    }

    /// The milestone with this id.
    pub(crate) fn milestone(&self, id: Uuid) -> Option<&Arc<milestone::Model>> {
        self.milestones.get(&id)
    }

    /// The recognition criterion with this id.
    pub(crate) fn criterion(&self, id: Uuid) -> Option<&Arc<criterion::Model>> {
        self.criteria.get(&id)
    }

    /// The region with this code.
    pub(crate) fn region(&self, code: &str) -> Option<&Arc<region::Model>> {
        self.regions.get(code)
    }

    /// The day it is in a programme at this moment.
    pub(crate) fn today(&self, programme: Uuid, now: chrono::DateTime<Utc>) -> NaiveDate {
        let zone = self.programme(programme).map_or(Tz::UTC, |p| p.time_zone);
        now.with_timezone(&zone).date_naive()
    }

    /// The days that it is in these programmes at this moment, however many programmes: two or three.
    pub(crate) fn days(
        &self,
        programmes: impl IntoIterator<Item = Uuid>,
        now: chrono::DateTime<Utc>,
    ) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        for programme in programmes {
            let today = self.today(programme, now);
            match days.iter_mut().find(|(day, _)| *day == today) {
                Some((_, programmes)) => programmes.push(programme),
                None => days.push((today, vec![programme])),
            }
        }
        days
    }
}

fn shared<T, K: Ord>(mut rows: Vec<T>, key: impl FnMut(&T) -> K) -> Vec<Arc<T>> {
    rows.sort_by_key(key);
    rows.into_iter().map(Arc::new).collect()
}

fn of<T>(rows: &[Arc<T>], mut belongs: impl FnMut(&T) -> bool) -> Vec<Arc<T>> {
    rows.iter()
        .filter(|row| belongs(row))
        .map(Arc::clone)
        .collect()
}

fn indicator_entries(
    rows: Vec<indicator::Model>,
    descriptors: Vec<level_descriptor::Model>,
    elements: &HashMap<Uuid, Arc<framework_element::Model>>,
) -> Vec<Arc<IndicatorEntry>> {
    let mut by_indicator: HashMap<Uuid, Vec<level_descriptor::Model>> = HashMap::new();
    for descriptor in descriptors {
        by_indicator
            .entry(descriptor.indicator_id)
            .or_default()
            .push(descriptor);
    }
    let mut entries: Vec<_> = rows
        .into_iter()
        .filter_map(|row| {
            let theme = Arc::clone(elements.get(&row.theme_id)?);
            let mut descriptors = by_indicator.remove(&row.id).unwrap_or_default();
            descriptors.sort_by_key(|d| d.level);
            Some(Arc::new(IndicatorEntry {
                row,
                theme,
                descriptors,
            }))
        })
        .collect();
    entries.sort_by_key(|i| (i.row.framework_id, i.row.number));
    entries
}

/// The catalogue in force, replaced whole when something new is published.
#[derive(Debug, Default)]
pub(crate) struct CurrentCatalogue(RwLock<Arc<Catalogue>>);

impl CurrentCatalogue {
    /// The catalogue as it is now; a request keeps the one it began with.
    pub(crate) fn get(&self) -> Arc<Catalogue> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a newer catalogue in force.
    pub(crate) fn set(&self, catalogue: Catalogue) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }
}
