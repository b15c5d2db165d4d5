//! Time as the engine and the handlers see it: the machine's, or a [`SimulatedTime`] in which
//! nothing is waited for.
//!
//! Whoever waits for AWS does so with [`sleep`] and measures with [`Instant`]. Inside of
//! [`SimulatedTime::run`] both are of that time: it stands still while anything works and jumps to
//! the next moment at which somebody wakes up, so that ten minutes of waiting pass in no time and
//! are measured to the millisecond. A [`Provider`](crate::Provider) that is no real AWS has such a
//! time; [`survey`](crate::engine::survey()) and [`apply`](crate::engine::apply()) run in it.

use std::{
    collections::BTreeMap,
    fmt,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

tokio::task_local! {
    static CURRENT: SimulatedTime;
}

/// Waits, in the time of whoever waits.
pub async fn sleep(duration: Duration) {
    match CURRENT.try_with(Clone::clone) {
        Ok(time) => time.sleep(duration).await,
        Err(_) => tokio::time::sleep(duration).await,
    }
}

/// A moment, in the time of whoever looks at the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instant {
    /// Of the machine.
    Real(tokio::time::Instant),
    /// Since a simulated time began.
    Simulated(Duration),
}

impl Instant {
    /// This moment.
    pub fn now() -> Self {
        match CURRENT.try_with(SimulatedTime::now) {
            Ok(now) => Self::Simulated(now),
            Err(_) => Self::Real(tokio::time::Instant::now()),
        }
    }

    /// How long ago it is; nothing, where it is a moment of another time.
    pub fn elapsed(self) -> Duration {
        match (self, Self::now()) {
            (Self::Real(then), Self::Real(now)) => now - then,
            (Self::Simulated(then), Self::Simulated(now)) => now.saturating_sub(then),
            _ => Duration::ZERO,
        }
    }
}

/// Does `work` in a time of its own, where it has one.
pub async fn within<F: Future>(time: Option<&SimulatedTime>, work: F) -> F::Output {
    match time {
        Some(time) => time.run(work).await,
        None => work.await,
    }
}

/// A time that passes only while everybody sleeps. Clones are the same one.
#[derive(Clone)]
pub struct SimulatedTime(Arc<Shared>);

struct Shared {
    clock: Mutex<Clock>,
    /// How many of its seconds pass in one of the machine's; `None`: as many as there are.
    speed: Option<f64>,
    /// Is told how much time has passed, whenever some has.
    passes: Box<dyn Fn(Duration) + Send + Sync>,
}

#[derive(Default)]
struct Clock {
    now: Duration,
    sleepers: BTreeMap<(Duration, u64), Waker>,
    tickets: u64,
}

/// At a speed, time passes in steps of this length of the machine's time: whoever looks on sees it
/// pass.
const STEP: Duration = Duration::from_millis(50);

impl SimulatedTime {
    /// A time that begins now and takes none of the machine's. `passes` is told how much of it has
    /// passed, whenever some has: it turns the clocks of what lives in this time.
    pub fn new(passes: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self::at_speed(None, passes)
    }

    /// One of which `speed` seconds pass in a second of the machine's, for people to look at.
    pub fn paced(speed: f64, passes: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self::at_speed(Some(speed.max(0.001)), passes)
    }

    fn at_speed(speed: Option<f64>, passes: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            clock: Mutex::default(),
            speed,
            passes: Box::new(passes),
        }))
    }

    /// How much time has passed since it began.
    pub fn now(&self) -> Duration {
        self.clock().now
    }

    /// Does `work` in this time: what it waits for with [`sleep`] takes none of the machine's time,
    /// or as much as the speed says.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        let inside = |time: &Self| Arc::ptr_eq(&time.0, &self.0);
        if CURRENT.try_with(inside).unwrap_or(false) {
            return work.await;
        }
        let mut work = pin!(CURRENT.scope(self.clone(), work));
        let signal = Arc::new(Signal::default());
        let waker = Waker::from(signal.clone());
        let mut pause = None;
        signal.rung.store(true, Ordering::Release);
        poll_fn(|context| {
            signal.pass_on_to(context.waker());
            if signal.rung.swap(false, Ordering::AcqRel) {
                if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Poll::Ready(done);
                }
                // Somebody is awake again: time stands still.
                if signal.rung.load(Ordering::Acquire) {
                    return Poll::Pending;
                }
            }
            self.pass(&mut pause, context);
            Poll::Pending
        })
        .await
    }

    /// Everybody sleeps: time goes on to where the first wakes up, or a step towards it.
    fn pass(&self, pause: &mut Option<Pause>, context: &mut Context<'_>) {
        let mut clock = self.clock();
        let Some((due, now)) = clock.next().map(|due| (due, clock.now)) else {
            // Something else than time is waited for.
            return;
        };
        let mut step = due.saturating_sub(now);
        if let Some(speed) = self.0.speed {
            step = step.min(STEP.mul_f64(speed));
            let wait =
                pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(step.div_f64(speed))));
            if wait.as_mut().poll(context).is_pending() {
                return;
            }
            *pause = None;
        }
        clock.now += step;
        let awake = clock.awake();
        drop(clock);
        (self.0.passes)(step);
        awake.into_iter().for_each(Waker::wake);
        // Whoever shares this task gets its turn between two steps.
        context.waker().wake_by_ref();
    }

    fn sleep(self, duration: Duration) -> Nap {
        let due = self.now() + duration;
        Nap {
            time: self,
            due,
            ticket: None,
        }
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.0.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SimulatedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimulatedTime").field(&self.now()).finish()
    }
}

impl Clock {
    fn next(&self) -> Option<Duration> {
        self.sleepers.keys().next().map(|(due, _)| *due)
    }

    /// Those whose time has come.
    fn awake(&mut self) -> Vec<Waker> {
        let later = self.sleepers.split_off(&(self.now, u64::MAX));
        let awake = std::mem::replace(&mut self.sleepers, later);
        awake.into_values().collect()
    }
}

/// The machine's part of a step.
type Pause = Pin<Box<tokio::time::Sleep>>;

/// Whether somebody in a simulated time was woken.
#[derive(Default)]
struct Signal {
    rung: AtomicBool,
    outer: Mutex<Option<Waker>>,
}

impl Signal {
    fn pass_on_to(&self, waker: &Waker) {
        let mut outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner);
        *outer = Some(waker.clone());
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        let outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = outer.as_ref() {
            waker.wake_by_ref();
        }
    }
}

/// A sleep in a simulated time.
struct Nap {
    time: SimulatedTime,
    due: Duration,
    ticket: Option<u64>,
}

impl Future for Nap {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let time = self.time.clone();
        let mut clock = time.clock();
        if clock.now >= self.due {
            return Poll::Ready(());
        }
        let ticket = *self.ticket.get_or_insert_with(|| {
            clock.tickets += 1;
            clock.tickets
        });
        let waker = context.waker().clone();
        clock.sleepers.insert((self.due, ticket), waker);
        Poll::Pending
    }
}

impl Drop for Nap {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.time.clock().sleepers.remove(&(self.due, ticket));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn told() -> (SimulatedTime, Arc<Mutex<Duration>>) {
        let told = Arc::new(Mutex::new(Duration::ZERO));
        let sum = told.clone();
        let time = SimulatedTime::new(move |passed| *sum.lock().unwrap() += passed);
        (time, told)
    }

    #[tokio::test]
    async fn what_is_slept_passes_at_once_and_is_measured() {
        let (time, told) = told();
        let real = tokio::time::Instant::now();
        let measured = time.run(async {
            let began = Instant::now();
            join(sleep(HOUR), async {
                sleep(HOUR / 2).await;
                sleep(HOUR).await;
            })
            .await;
            began.elapsed()
        });
        assert_eq!(measured.await, HOUR * 3 / 2);
        assert_eq!(
            (time.now(), *told.lock().unwrap()),
            (HOUR * 3 / 2, HOUR * 3 / 2)
        );
        assert!(real.elapsed() < HOUR, "nobody waited for it");
    }

    #[tokio::test]
    async fn those_who_sleep_wake_up_in_the_order_of_time() {
        let (time, _) = told();
        let order = Mutex::new(Vec::new());
        let nap = async |name: &'static str, hours: u32| {
            sleep(HOUR * hours).await;
            order.lock().unwrap().push(name);
        };
        time.run(join(
            join(nap("late", 3), nap("early", 1)),
            nap("middle", 2),
        ))
        .await;
        assert_eq!(*order.lock().unwrap(), ["early", "middle", "late"]);
    }

    /// An operation's time limit is such a sleep.
    #[tokio::test]
    async fn a_sleep_that_is_given_up_holds_nobody() {
        let (time, _) = told();
        time.run(async {
            tokio::select! {
                () = sleep(HOUR) => panic!("the shorter one comes first"),
                () = sleep(HOUR / 60) => {}
            }
            sleep(HOUR / 60).await;
        })
        .await;
        assert_eq!(time.now(), HOUR / 30);
    }

    #[tokio::test]
    async fn time_stands_still_while_something_else_is_waited_for() {
        let (time, _) = told();
        let (send, receive) = tokio::sync::oneshot::channel();
        let other = async {
            tokio::task::yield_now().await;
            send.send(()).unwrap();
        };
        let work = time.run(async {
            receive.await.unwrap();
            Instant::now()
        });
        assert_eq!(
            join(work, other).await.0,
            Instant::Simulated(Duration::ZERO)
        );
    }

    #[tokio::test]
    async fn a_paced_time_takes_its_part_of_the_machines() {
        let time = SimulatedTime::paced(36_000.0, |_| {});
        let real = tokio::time::Instant::now();
        time.run(sleep(HOUR)).await;
        assert!(real.elapsed() >= Duration::from_millis(100));
        assert_eq!(time.now(), HOUR);
        assert!(matches!(Instant::now(), Instant::Real(_)));
    }

    #[tokio::test]
    async fn a_time_inside_of_itself_is_the_same_one() {
        let (time, _) = told();
        time.run(async { time.run(sleep(HOUR)).await }).await;
        assert_eq!(time.now(), HOUR);
    }
}
